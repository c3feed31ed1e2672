-- Changes that a tamperer makes, one at a time, in a copy of the town; behind each what the auditor
-- must say of it: the problem and the entry, account, row or fund that it names (- for none).

-- The journal

UPDATE entry SET kind = 'gift' WHERE number = 9;
--> chain 9
UPDATE entry SET facts = '{"payer": "alice"}' WHERE number = 4;
--> chain 4
UPDATE entry SET facts = 'junk' WHERE number = 4;
--> chain 4
UPDATE entry SET facts = 'junk' WHERE number = 23;
--> chain 23, redemption 23
UPDATE entry SET facts = '[]' WHERE number = 23;
--> chain 23, redemption 23
UPDATE entry SET tallies = '[]' WHERE number = 2;
--> chain 2, tally budget:welcome
UPDATE entry SET tallies = '[5]' WHERE number = 2;
--> chain 2, tally budget:welcome
UPDATE entry SET tallies = '[["budget:welcome",100,50]]' WHERE number = 2;
--> chain 2, tally-limit 2
UPDATE entry SET hash = X'00' WHERE number = 9;
--> chain 9, chain 10
UPDATE entry SET previous = 3 WHERE number = 9;
--> previous 9
UPDATE entry SET at = '2027-01-04T09:00:01.000000Z' WHERE number = 9;
--> chain 9, clock 9
UPDATE entry SET at = '2028-01-04T09:00:01.000000Z' WHERE number = 44;
--> head-time 44
UPDATE currency SET head_number = 43;
--> head 43
UPDATE currency SET head_hash = X'00';
--> head-hash 44
DELETE FROM entry WHERE number = 9;
--> gap 9, stray 9, chain 10
UPDATE entry SET number = -9 WHERE number = 9;
--> twice -9, gap 9
UPDATE entry SET memo = NULL WHERE number = 5;
--> chain 5, memo 5
UPDATE memo SET words = 'facture 9' WHERE number = 5;
--> memo 5
INSERT INTO memo VALUES ('roue', 4, X'00', 'hello');
--> memo 4

-- Arrows, balances, limits and counts

UPDATE posting SET amount = 312 WHERE number = 4;
--> chain 4, running 4
UPDATE posting SET amount = -311 WHERE number = 4;
--> chain 4, arrow 4
UPDATE posting SET source = target WHERE number = 4;
--> chain 4, arrow 4
UPDATE posting SET asset = 'EUR' WHERE number = 4;
--> chain 4, asset 4
UPDATE posting SET target = 'member:eve' WHERE number = 4;
--> chain 4, account-unknown 4, running 8, balance member:bakery
UPDATE posting SET ordinal = 7 WHERE number = 2 AND ordinal = 3;
--> ordinal 2
UPDATE posting SET source_after = 1 WHERE number = 4;
--> running 4
UPDATE posting SET target_after = 1 WHERE number = 4;
--> running 4
UPDATE posting SET amount = 9000 WHERE number = 4;
--> limit 4
UPDATE posting SET amount = 952 WHERE number = 21;
--> limit 21, redemption 21
UPDATE posting SET amount = 1000 WHERE number = 2 AND ordinal = 1;
--> par 2
DELETE FROM posting WHERE number = 4;
--> chain 4, balance member:bakery
INSERT INTO posting VALUES ('roue', 99, 0, 'member:alice', 'member:bruno', 5, 'ROUE', 0, 0);
--> stray 99
UPDATE account SET balance = balance + 5 WHERE name = 'member:alice';
--> balance member:alice, sum ROUE
UPDATE account SET floor = -500 WHERE name = 'member:alice';
--> account-limits member:alice
UPDATE account SET owner = 'eve' WHERE name = 'member:alice';
--> account-limits member:alice
DELETE FROM account WHERE name = 'member:alice';
--> account-unknown 2
INSERT INTO account VALUES ('roue', 'purse:eve', 'ROUE', NULL, NULL, NULL, 0);
--> account-limits purse:eve
UPDATE tally SET amount = 0;
--> tally budget:welcome
DELETE FROM tally;
--> tally budget:welcome
INSERT INTO tally VALUES ('roue', 'extra', 0, 5);
--> tally extra
UPDATE bank_account SET medium = 'operating';
--> coverage digital, coverage-overall -

-- What other tables claim of entries

UPDATE operation SET entry = 5 WHERE entry = 4;
--> sealed-twice 5, answer 5
UPDATE operation SET entry = 99 WHERE entry = 4;
--> stray 99
UPDATE operation SET answer = '{}' WHERE entry = 4;
--> answer 4
UPDATE operation SET answer = 'junk' WHERE entry = 4;
--> answer 4
UPDATE payment_request SET entry = 36 WHERE id = 'q1';
--> request 36
UPDATE payment_request SET units = 121 WHERE id = 'q1';
--> request 29
UPDATE payment_request SET state = 'pending' WHERE id = 'q1';
--> request 29
UPDATE payment_request SET state = 'paid' WHERE id = 'q2';
--> request 0
UPDATE redemption SET units = 2000 WHERE id = 'r1';
--> redemption 19, redemption 20
UPDATE redemption SET euros = 1000 WHERE id = 'r1';
--> redemption 20, redemption 21, redemption 22
UPDATE redemption SET units = 301 WHERE id = 'r3';
--> redemption 24, redemption 25
UPDATE redemption SET state = 'paid' WHERE id = 'r2';
--> redemption-state r2
DELETE FROM redemption WHERE id = 'r2';
--> redemption 23
UPDATE bank_line SET amount = 1 WHERE id = 'l2';
--> bank-line 2
UPDATE bank_line SET state = 'new' WHERE id = 'l2';
--> bank-line 2
UPDATE bank_line SET entry = 4 WHERE id = 'l2';
--> bank-line 4
UPDATE bank_line SET entry = NULL WHERE id = 'l2';
--> stray 0
UPDATE bank_line SET explained_by = 31 WHERE id = 'w1';
--> explanation 31
UPDATE outstanding SET amount = 8 WHERE id = '31';
--> outstanding 31
UPDATE correction SET corrects = 99;
--> stray 99

-- Checkpoints

UPDATE checkpoint SET root = head_hash WHERE size = 18;
--> checkpoint-root 18, checkpoint-signature 18
UPDATE checkpoint SET head_hash = root WHERE size = 18;
--> checkpoint-head 18, checkpoint-signature 18
UPDATE checkpoint SET peaks = X'00' WHERE size = 18;
--> checkpoint-peaks 18
UPDATE checkpoint SET key_id = 'me' WHERE size = 18;
--> checkpoint-signature 18
UPDATE checkpoint SET size = 60 WHERE size = 18;
--> checkpoint-ahead 60
UPDATE checkpoint SET root = head_hash WHERE size = 0;
--> checkpoint-root 0, checkpoint-signature 0

-- Currencies

INSERT INTO tally VALUES ('ghost', 'extra', 0, 5);
--> currency-unknown -

-- What only SQLite lets happen: values of another type.

UPDATE posting SET amount = 'much' WHERE number = 4;
--> malformed 4, chain 4
UPDATE posting SET number = 'x' WHERE number = 4;
--> malformed -, chain 4
UPDATE posting SET number = X'00', ordinal = 1.5, source = X'00', target = X'00', amount = 1.5, asset = X'00', source_after = 1.5, target_after = 1.5 WHERE number = 4;
--> malformed -
UPDATE entry SET kind = CAST(X'70ff' AS TEXT) WHERE number = 4;
--> malformed 4, gap 4
UPDATE entry SET hash = 'text' WHERE number = 4;
--> malformed 4, gap 4
INSERT INTO tally VALUES (CAST(X'ff' AS TEXT), 'extra', 0, 5);
--> currency-unknown -
UPDATE account SET balance = 1.5 WHERE name = 'member:alice';
--> malformed -
