"""An authority's run over HTTP: previewed, kept, approved, funded, credited, with its papers."""

from tests.api.service import Service, is_problem
from tests.walls.runs import MANDATE

OFFICER, APPROVER = "officer:avignon", "approver:avignon"
BASE = "/v1/roue/authorities/avignon"


def test_a_run_over_http(service: Service) -> None:
    fields = {name: getattr(MANDATE, name) for name in ("powers", "remuneration", "remittance")}
    fields |= {"accounts_rendered": "x", "controls": "x"}
    body = {"id": "http", "operations": ["allowance"], "from": "2020-01-01", "until": "2099-12-31"}
    asked = {**fields, **body, "ceiling_euros": "1000.00"}
    made = service.post(f"{BASE}/mandates", OFFICER, asked)
    assert made.status_code == 201, made.text
    assert service.post(f"{BASE}/mandates/http/grant", APPROVER).status_code == 201
    wanted = {"member": "alice", "status": "elected", "share_bps": 3000, "cap_euros": "400.00"}
    consent = service.post(f"{BASE}/consents", "member:alice", wanted).json()
    assert consent["cap_euros"] == "400.00"
    assert service.get(f"{BASE}/consents", "member:bruno").json() == {"items": []}

    rows = [{"member": "alice", "euros": "1000.33", "kind": "allowance"}]
    number = [{**rows[0], "euros": 1000}]
    refused = service.post(f"{BASE}/disbursements", OFFICER, {"rows": number})
    is_problem(refused, 422, "malformed-request")
    comma = {"rows": [*rows, {**rows[0], "euros": "5,00"}]}
    seen = service.post(f"{BASE}/disbursements?preview=true", OFFICER, comma).json()
    assert [row["fate"] for row in seen["rows"]] == ["ok", "euros-with-comma"]
    told = is_problem(service.post(f"{BASE}/disbursements", OFFICER, comma), 409, "rows-faulty")
    assert told["rows"][0]["fate"] == "euros-with-comma"

    run = service.post(f"{BASE}/disbursements", OFFICER, {"rows": rows, "words": "Novembre"}).json()
    path = f"{BASE}/disbursements/{run['id']}"
    is_problem(service.post(f"{path}/fund", OFFICER), 409, "not-in-state")
    assert service.post(f"{path}/approve", APPROVER).json()["state"] == "awaiting"
    transfer = service.get(path, OFFICER).json()["transfer"]
    assert (transfer["euros"], transfer["reference"]) == ("300.09", run["reference"])
    file = {"file": ("bank.xml", service.bank_file("300.09", run["reference"]), "application/xml")}
    headers = {"Authorization": f"Bearer {service.tokens['treasurer']}"}
    service.http.post(
        "/v1/roue/fund/statements", headers=headers, files=file, data={"account": "nef"}
    )
    closed = service.get(path, OFFICER).json()
    assert (closed["state"], closed["credited_euros"]) == ("closed", "300.09")
    assert service.post(f"{path}/credit", OFFICER).json()["credited_euros"] == "300.09"
    officer = {"Authorization": f"Bearer {service.tokens[OFFICER]}"}
    pdf = service.http.get(path, headers={**officer, "Accept": "application/pdf"})
    assert pdf.content.startswith(b"%PDF-")
    sheet = service.http.get(path, headers={**officer, "Accept": "text/csv"})
    assert "alice;allowance;1000,33;300,09;700,24" in sheet.text
    slips = service.http.get(f"{path}/pay-slips", headers=officer)
    assert "alice" in slips.text
    gone = service.post(f"{BASE}/consents/{consent['id']}/withdraw", "member:alice")
    assert gone.json()["state"] == "withdrawn"
