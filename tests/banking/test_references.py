"""RF references and IBANs: made, recognised in what people type, and told apart from slips."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.banking.references import (
    end_to_end_id,
    find_broken_references,
    find_references,
    is_iban,
    is_reference,
    make_reference,
    mask_iban,
    normalise_iban,
)

KNOWN = "RF18539007547034"  # the example of the standard
SEEDS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=21)


def test_the_example_of_the_standard() -> None:
    assert make_reference("539007547034") == KNOWN
    assert is_reference(KNOWN)


@given(SEEDS)
def test_a_seed_makes_one_valid_reference(seed: str) -> None:
    reference = make_reference(seed)
    assert reference == make_reference(seed.lower())
    assert reference[4:] == seed.upper()
    assert is_reference(reference)


@given(SEEDS.filter(lambda seed: len(seed) >= 4))
def test_a_reference_is_found_as_people_type_it(seed: str) -> None:
    reference = make_reference(seed)
    groups = " ".join(reference[i : i + 4] for i in range(0, len(reference), 4))
    for typed in (reference, reference.lower(), groups, groups.lower()):
        assert reference in find_references(f"/ROC/{typed}, merci")
        assert find_broken_references(f"/ROC/{typed}, merci") == ()


@given(SEEDS, st.data())
def test_one_wrong_character_is_always_caught(seed: str, data: st.DataObject) -> None:
    reference = make_reference(seed)
    place = data.draw(st.integers(2, len(reference) - 1))
    kind = string.digits if reference[place].isdigit() else string.ascii_uppercase
    wrong = data.draw(st.sampled_from([sign for sign in kind if sign != reference[place]]))
    assert not is_reference(reference[:place] + wrong + reference[place + 1 :])


@pytest.mark.parametrize("seed", ["", "A" * 22, "A B", "A-B", "é", "\u0661", "ß"])
def test_other_seeds_are_refused(seed: str) -> None:
    with pytest.raises(ValueError, match="ASCII letters and digits"):
        make_reference(seed)


@pytest.mark.parametrize(
    "text",
    ["", "RF18", "RF19539007547034", "XX18539007547034", KNOWN + "0" * 10, "RF1853900754703\u0664"],
)
def test_what_is_no_reference(text: str) -> None:
    assert not is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        KNOWN,
        f"adhesion {KNOWN} 2026",
        f"REF:{KNOWN}.",
        "RF18 5390 0754 7034",
        "rf18 5390 0754 7034 merci",
        "rf18\u00a05390\u00a00754\u00a07034",
        "RF18 5390 0754 7034 MME ETXE",
        f"{KNOWN} {KNOWN.lower()}",
    ],
)
def test_found_once(text: str) -> None:
    assert find_references(text) == (KNOWN,)
    assert find_broken_references(text) == ()


def test_several_are_found_in_their_order() -> None:
    other = make_reference("ABCD1234")
    assert find_references(f"{other} et {KNOWN}") == (other, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "merci",
        "RF18",
        "RF18 !",
        "XRF18539007547034",
        "RF1853",
        "RF18" + "0" * 22,
        "vol RF12 de 10h",
        "RF1X 5390 0754 7034",
    ],
)
def test_nothing_is_found_nor_suspected(text: str) -> None:
    assert find_references(text) == ()
    assert find_broken_references(text) == ()


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("RF18539007547043", "RF18539007547043"),
        ("merci rf18 5390 0754 7043!", "RF18539007547043"),
        ("RF81 5390 0754 7034", "RF81539007547034"),
        ("RF81 5390 0754 7034 ETXE", "RF81539007547034ETXE"),
    ],
)
def test_a_slip_is_reported(text: str, broken: str) -> None:
    assert find_broken_references(text) == (broken,)
    assert find_references(text) == ()


def test_a_slip_beside_a_good_one() -> None:
    text = f"RF18539007547043 puis {KNOWN}"
    assert find_broken_references(text) == ("RF18539007547043",)
    assert find_references(text) == (KNOWN,)


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert all(is_reference(found) for found in find_references(text))
    assert not any(is_reference(found) for found in find_broken_references(text))


def test_ibans() -> None:
    typed = "fr14 2004 1010 0505 0001 3m02 606"
    assert normalise_iban(typed) == "FR1420041010050500013M02606"
    assert is_iban(typed)
    assert mask_iban(typed) == "…2606"
    for wrong in ("", "FR", "FR1420041010050500013M02607", "XX00", "FR1420041010050500013M0260"):
        assert not is_iban(wrong)


def test_the_key_of_a_french_rib_is_checked_too() -> None:
    # Check digits that fit, around an account whose own key does not.
    assert not is_iban("FR0920041010050500013M02605")


def test_what_we_order_bears_its_own_reference() -> None:
    assert end_to_end_id("RF18 5390 0754 7034") == KNOWN
    with pytest.raises(ValueError, match="no RF reference"):
        end_to_end_id("RF19539007547034")
