-- Handling: who has a case file and took it over, who stands in, what was warned of, letters from templates.
-- +goose Up

-- Circulation (předání–převzetí, NSESSS 2.7.5): each row gives a case file to a clerk or a unit. It is open until it is
-- accepted, refused, or withdrawn; refused and withdrawn ones give the file back to where it was.
CREATE TABLE handover (
  office_id    int NOT NULL,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  case_id      bigint NOT NULL,
  at           timestamptz NOT NULL,
  by           text NOT NULL,                      -- actor
  from_clerk   bigint REFERENCES account,
  from_unit    int,
  from_at      timestamptz,                        -- when it was given to them
  to_clerk     bigint REFERENCES account,
  to_unit      int,
  note         text NOT NULL DEFAULT '',
  batch        text NOT NULL DEFAULT '',           -- given together, to be taken back together
  accepted_at  timestamptz,
  refused_at   timestamptz,
  withdrawn_at timestamptz,
  settled_by   text NOT NULL DEFAULT '',
  settled_why  text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file,
  FOREIGN KEY (office_id, from_unit) REFERENCES unit,
  FOREIGN KEY (office_id, to_unit) REFERENCES unit,
  CHECK (to_clerk IS NOT NULL OR to_unit IS NOT NULL),
  CHECK (num_nonnulls(accepted_at, refused_at, withdrawn_at) <= 1)
);
CREATE UNIQUE INDEX handover_open ON handover (case_id, office_id) WHERE accepted_at IS NULL AND refused_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX handover_case ON handover (office_id, case_id, id);
CREATE INDEX handover_batch ON handover (batch, office_id) WHERE batch <> '';
CREATE INDEX handover_mine ON handover (to_clerk, office_id) WHERE accepted_at IS NULL AND refused_at IS NULL AND withdrawn_at IS NULL;

-- Absence of a clerk and who stands in, by legal dates, both included.
CREATE TABLE absence (
  office_id int NOT NULL REFERENCES office,
  id        bigint GENERATED ALWAYS AS IDENTITY,
  clerk_id  bigint NOT NULL REFERENCES account,
  cover_id  bigint NOT NULL REFERENCES account,
  from_on   date NOT NULL,
  to_on     date NOT NULL,
  note      text NOT NULL DEFAULT '',
  made_at   timestamptz NOT NULL,
  made_by   text NOT NULL,
  ended_at  timestamptz,                           -- ended before its last day
  ended_by  text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id),
  CHECK (to_on >= from_on),
  CHECK (clerk_id <> cover_id)
);
CREATE INDEX absence_cover ON absence (cover_id, office_id) WHERE ended_at IS NULL;

-- desk_of lists whose work somebody does on a day in the transaction's office: their own and that of those they stand in for.
-- +goose StatementBegin
CREATE FUNCTION desk_of(clerk bigint, day date) RETURNS bigint[] LANGUAGE sql STABLE SET search_path = public AS $$
  SELECT array_append(ARRAY(SELECT a.clerk_id FROM absence a
    WHERE a.office_id = current_office() AND a.cover_id = clerk AND a.ended_at IS NULL AND day BETWEEN a.from_on AND a.to_on), clerk)
$$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION desk_of TO epom_app;

-- Each warning is written down in the transaction that sends it, so none goes twice.
CREATE TABLE warning (
  office_id int NOT NULL REFERENCES office,
  kind      text NOT NULL CHECK (kind IN ('unread', 'term')),
  object_id bigint NOT NULL,                       -- document or case file
  step      text NOT NULL,                         -- unread: working days; term: last day and days before it
  at        timestamptz NOT NULL,
  PRIMARY KEY (office_id, kind, object_id, step)
);

-- How many documents of each office were escalated as unread and still are: a number for those who run the installation.
CREATE FUNCTION unscoped_unread_counts()
  RETURNS TABLE (office_id int, unread bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT w.office_id, count(*) FROM warning w JOIN document d ON d.office_id = w.office_id AND d.id = w.object_id
        JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id
        WHERE w.kind = 'unread' AND w.step = '6' AND d.read_at IS NULL AND d.cancelled_at IS NULL AND c.handled_at IS NULL GROUP BY w.office_id $$;
REVOKE ALL ON FUNCTION unscoped_unread_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_unread_counts TO epom_app;

-- How an office handles: days before a term on which it warns, and whether letters are approved by a second person.
CREATE TABLE handling_setting (
  office_id  int PRIMARY KEY REFERENCES office,
  warn_days  int[] NOT NULL DEFAULT '{7,3,1}',
  four_eyes  boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL
);

-- The outgoing document by which an incoming one was handled; one letter may answer several.
ALTER TABLE document ADD handled_by_id bigint, ADD FOREIGN KEY (office_id, handled_by_id) REFERENCES document;
UPDATE document d SET handled_at = c.handled_at, handled_how = c.handled_how FROM case_file c
WHERE c.office_id = d.office_id AND c.id = d.case_id AND c.handled_at IS NOT NULL AND d.direction = 'in';
-- What was there before nobody is warned of as unread.
UPDATE document SET read_at = registered_at WHERE direction = 'in' AND registered_at < now() - interval '1 day';

-- Templates of letters: dated data with their source; a person checks each against the law (verified).
CREATE TABLE letter_template (
  code        text NOT NULL,
  valid_from  date NOT NULL,
  valid_to    date,
  position    int NOT NULL,
  name        text NOT NULL,
  kind        text NOT NULL,                       -- of the document
  effect      text NOT NULL DEFAULT '' CHECK (effect IN ('', 'pause', 'extend', 'handle', 'refer')), -- what approval does to the case file
  days        int NOT NULL DEFAULT 0,              -- for the addressee to act, or by which the term is extended
  subject     text NOT NULL,
  body        text NOT NULL,
  instruction text NOT NULL DEFAULT '',            -- poučení
  statute     text NOT NULL,
  source      text NOT NULL,
  verified    boolean NOT NULL,
  PRIMARY KEY (code, valid_from)
);
GRANT SELECT ON letter_template TO epom_app;

-- An office's own wording of a template; the latest that was not ended holds.
CREATE TABLE office_letter_template (
  office_id   int NOT NULL REFERENCES office,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  code        text NOT NULL,
  subject     text NOT NULL CHECK (subject <> ''),
  body        text NOT NULL CHECK (body <> ''),
  instruction text NOT NULL,
  made_at     timestamptz NOT NULL,
  made_by     text NOT NULL,
  ended_at    timestamptz,
  ended_by    text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id)
);
CREATE UNIQUE INDEX office_letter_template_present ON office_letter_template (code, office_id) WHERE ended_at IS NULL;

-- A letter before it has a number: a draft, offered for approval, returned; approved it is a document of the case file.
CREATE TABLE letter (
  office_id    int NOT NULL,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  case_id      bigint NOT NULL,
  template     text NOT NULL,
  effect       text NOT NULL,
  kind         text NOT NULL,
  answers_id   bigint,                             -- the incoming document it answers
  party_id     bigint,                             -- of the name register
  addressee    text NOT NULL DEFAULT '',
  address      text NOT NULL DEFAULT '',
  days         int NOT NULL DEFAULT 0,
  subject      text NOT NULL,
  body         text NOT NULL,
  instruction  text NOT NULL,
  revision     int NOT NULL DEFAULT 1,
  created_at   timestamptz NOT NULL,
  created_by   text NOT NULL,
  changed_at   timestamptz NOT NULL,
  changed_by   text NOT NULL,
  offered_at   timestamptz,
  offered_by   text NOT NULL DEFAULT '',
  returned_at  timestamptz,
  returned_by  text NOT NULL DEFAULT '',
  returned_why text NOT NULL DEFAULT '',
  approved_at  timestamptz,
  approved_by  text NOT NULL DEFAULT '',
  document_id  bigint,
  dropped_at   timestamptz,
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file,
  FOREIGN KEY (office_id, answers_id) REFERENCES document,
  FOREIGN KEY (office_id, party_id) REFERENCES party,
  FOREIGN KEY (office_id, document_id) REFERENCES document,
  CHECK ((approved_at IS NULL) = (document_id IS NULL))
);
CREATE INDEX letter_case ON letter (office_id, case_id, id);
CREATE INDEX letter_document ON letter (document_id, office_id) WHERE document_id IS NOT NULL;
CREATE INDEX letter_open ON letter (office_id, changed_at) WHERE approved_at IS NULL AND dropped_at IS NULL;

-- Each saved state of a letter: what two people changed at once is told apart by its parts.
CREATE TABLE letter_revision (
  office_id   int NOT NULL,
  letter_id   bigint NOT NULL,
  revision    int NOT NULL,
  subject     text NOT NULL,
  body        text NOT NULL,
  instruction text NOT NULL,
  addressee   text NOT NULL,
  address     text NOT NULL,
  at          timestamptz NOT NULL,
  by          text NOT NULL,
  PRIMARY KEY (office_id, letter_id, revision),
  FOREIGN KEY (office_id, letter_id) REFERENCES letter
);

ALTER TABLE handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE warning ENABLE ROW LEVEL SECURITY;
ALTER TABLE handling_setting ENABLE ROW LEVEL SECURITY;
ALTER TABLE office_letter_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE letter_revision ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON handover FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON absence FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON warning FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON handling_setting FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON office_letter_template FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON letter FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON letter_revision FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON handover, absence, handling_setting, office_letter_template, letter TO epom_app;
GRANT SELECT, INSERT ON warning, letter_revision TO epom_app;
CREATE TRIGGER letter_kept BEFORE DELETE ON letter FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_kept BEFORE DELETE ON handover FOR EACH ROW EXECUTE FUNCTION refuse_change();

INSERT INTO letter_template (code, valid_from, position, name, kind, effect, days, subject, body, instruction, statute, source, verified) VALUES
('potvrzeni-podani', '2006-01-01', 10, 'Výzva k potvrzení podání do 5 dnů', 'notice', '', 5,
 'Výzva k potvrzení podání',
 'Dobrý den,

dne {doruceno} jsme dostali Vaše podání ve věci „{vec}“. Zapsali jsme ho pod číslem jednacím {cj_podani}.

Podání přišlo způsobem, který správní řád uznává jen tehdy, když ho do 5 dnů potvrdíte nebo doplníte: písemně s vlastnoručním podpisem, ústně do protokolu u nás na úřadě, datovou schránkou, nebo e-mailem s uznávaným elektronickým podpisem.

Potvrďte ho prosím nejpozději do {termin} a uveďte spisovou značku {spis}.',
 'Nebude-li podání včas potvrzeno, nebudeme se jím moci podle § 37 odst. 4 správního řádu zabývat. Nové podání můžete učinit kdykoli.',
 '§ 37 odst. 4 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('odstraneni-vad', '2006-01-01', 20, 'Výzva k odstranění nedostatků žádosti', 'request', '', 15,
 'Výzva k odstranění nedostatků podání',
 'Dobrý den,

dne {doruceno} jsme dostali Vaše podání ve věci „{vec}“ ({cj_podani}). Podání nemá všechny náležitosti, které stanoví zákon, nebo má jiné vady. Pomůžeme Vám je odstranit.

Chybí nebo je třeba opravit:
[uveďte, co chybí a jak to doplnit]

Doplňte to prosím nejpozději do {termin}. Uveďte spisovou značku {spis}.',
 'Neodstraníte-li nedostatky, které brání pokračování v řízení, ve stanovené lhůtě, správní orgán může řízení podle § 66 odst. 1 písm. c) správního řádu zastavit. Nemůžete-li lhůtu dodržet, požádejte nás před jejím koncem o prodloužení.',
 '§ 37 odst. 3 a § 45 odst. 2 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('preruseni', '2006-01-01', 30, 'Usnesení o přerušení řízení', 'resolution', 'pause', 15,
 'Usnesení o přerušení řízení',
 '{urad} jako správní orgán příslušný podle § 10 a § 11 správního řádu ve věci „{vec}“ rozhodl takto:

Řízení se podle § 64 odst. 1 písm. [písmeno] správního řádu přerušuje do {termin}.

Odůvodnění:
Řízení bylo zahájeno podáním doručeným dne {doruceno}. [proč je třeba řízení přerušit]',
 'Proti tomuto usnesení se lze odvolat do 15 dnů ode dne jeho oznámení podáním u zdejšího úřadu; odvolání nemá odkladný účinek (§ 76 odst. 5 správního řádu). Po dobu přerušení lhůta pro vydání rozhodnutí neběží (§ 65 odst. 1 správního řádu).',
 '§ 64, § 65 a § 76 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('prodlouzeni-71', '2006-01-01', 40, 'Vyrozumění o delší lhůtě pro rozhodnutí', 'notice', 'extend', 30,
 'Vyrozumění o lhůtě pro vydání rozhodnutí',
 'Dobrý den,

ve věci „{vec}“ ({spis}) nebude možné rozhodnout do {lhuta}, protože [důvod: ústní jednání, místní šetření, předvolání, veřejná vyhláška, nebo zvlášť složitý případ].

K základní lhůtě se proto podle § 71 odst. 3 písm. a) správního řádu připočítává {dnu} dnů. Rozhodnutí vydáme nejpozději do {lhuta_nova}.',
 'Nebude-li rozhodnutí vydáno v zákonné lhůtě, můžete nadřízený správní orgán požádat, aby učinil opatření proti nečinnosti (§ 80 odst. 3 správního řádu).',
 '§ 71 odst. 3 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('zahajeni', '2006-01-01', 50, 'Oznámení o zahájení řízení', 'notice', '', 0,
 'Oznámení o zahájení řízení',
 'Dobrý den,

oznamujeme Vám podle § 47 odst. 1 správního řádu, že dne {doruceno} bylo zahájeno řízení ve věci „{vec}“. Řízení vede {urad} pod spisovou značkou {spis}. Vyřizuje {vyrizuje}.

[kdo a čeho se žádostí domáhá]',
 'Jako účastník můžete navrhovat důkazy a činit jiné návrhy po celou dobu řízení až do vydání rozhodnutí, vyjádřit v řízení své stanovisko a nahlížet do spisu (§ 36 a § 38 správního řádu). Můžete si zvolit zmocněnce (§ 33 správního řádu).',
 '§ 47 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('seznameni', '2006-01-01', 60, 'Seznámení s podklady rozhodnutí', 'notice', '', 10,
 'Možnost vyjádřit se k podkladům rozhodnutí',
 'Dobrý den,

ve věci „{vec}“ ({spis}) jsme shromáždili podklady pro rozhodnutí. Podle § 36 odst. 3 správního řádu se k nim můžete vyjádřit do {termin}.

Podklady jsou tyto:
[vyjmenujte podklady]

Nahlédnout do nich můžete na adrese {adresa_uradu}, nejlépe po domluvě: {vyrizuje}.',
 'Nevyjádříte-li se ve stanovené lhůtě, rozhodneme na základě shromážděných podkladů.',
 '§ 36 odst. 3 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('rozhodnuti', '2006-01-01', 70, 'Rozhodnutí', 'decision', 'handle', 15,
 'Rozhodnutí',
 '{urad} jako správní orgán příslušný podle § 10 a § 11 správního řádu ve věci „{vec}“ rozhodl takto:

[výrok: co se povoluje, ukládá nebo zamítá, komu a podle kterého ustanovení]

Účastník řízení (§ 27 odst. 1 správního řádu): {adresat}

Odůvodnění:
Řízení bylo zahájeno podáním doručeným dne {doruceno}. [důvody výroku, podklady, úvahy při jejich hodnocení, vypořádání návrhů a vyjádření účastníků]',
 'Proti tomuto rozhodnutí se lze odvolat do 15 dnů ode dne jeho oznámení ke správnímu orgánu [nadřízený správní orgán] podáním u zdejšího úřadu. Lhůta se počítá ode dne následujícího po doručení (§ 81 až § 83 správního řádu). Včas podané odvolání má odkladný účinek.',
 '§ 67 až § 69 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('usneseni', '2006-01-01', 80, 'Usnesení', 'resolution', '', 0,
 'Usnesení',
 '{urad} jako správní orgán příslušný podle § 10 a § 11 správního řádu ve věci „{vec}“ rozhodl takto:

[výrok usnesení a ustanovení, podle kterého se vydává]

Odůvodnění:
[důvody]',
 'Proti tomuto usnesení se lze odvolat do 15 dnů ode dne jeho oznámení podáním u zdejšího úřadu; odvolání nemá odkladný účinek (§ 76 odst. 5 správního řádu).',
 '§ 76 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('postoupeni', '2006-01-01', 90, 'Usnesení o postoupení', 'referral', 'refer', 0,
 'Usnesení o postoupení',
 'Podání ve věci „{vec}“, které bylo doručeno dne {doruceno} ({cj_podani}), se podle § 12 správního řádu postupuje úřadu: [název a adresa příslušného úřadu].

Odůvodnění:
{urad} není k vyřízení podání příslušný, protože [důvod].',
 'Toto usnesení se poznamenává do spisu a účastníci se o něm vyrozumí (§ 76 odst. 3 správního řádu).',
 '§ 12 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('vyrozumeni-postoupeni', '2006-01-01', 91, 'Vyrozumění podatele o postoupení', 'notice', '', 0,
 'Vyrozumění o postoupení podání',
 'Vaše podání ve věci „{vec}“, které jsme dostali dne {doruceno}, jsme podle § 12 správního řádu postoupili příslušnému úřadu: [název a adresa příslušného úřadu].

Vy nemusíte nic dělat. Na další průběh se prosím ptejte tam.',
 '', '§ 12 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('podnet-42', '2006-01-01', 100, 'Sdělení k podnětu', 'answer', 'handle', 0,
 'Vyřízení podnětu',
 'Dobrý den,

dne {doruceno} jsme dostali Váš podnět ve věci „{vec}“ ({cj_podani}). Podle § 42 správního řádu Vám sdělujeme, jak jsme s ním naložili:

[řízení bylo zahájeno / nebyly shledány důvody k zahájení řízení / podnět byl předán]

[odůvodnění]',
 '', '§ 42 z. č. 500/2004 Sb.', 'sepsal návrhář podle správního řádu', false),
('odpoved', '2000-01-01', 110, 'Odpověď', 'answer', 'handle', 0,
 'Odpověď: {vec}',
 'Dobrý den,

dne {doruceno} jsme dostali Vaše podání ve věci „{vec}“ ({cj_podani}).

[odpověď]',
 '', '§ 6 z. č. 500/2004 Sb.', 'sepsal návrhář', false),
('infz-poskytnuti', '2025-08-19', 120, 'Informace: poskytnutí', 'answer', 'handle', 0,
 'Poskytnutí informace',
 'Dobrý den,

dne {doruceno} jsme přijali Vaši žádost o informace podle zákona č. 106/1999 Sb. ve věci „{vec}“ ({cj_podani}). Požadované informace Vám podle § 14 odst. 5 písm. d) zákona poskytujeme:

[informace]',
 '', '§ 14 odst. 5 písm. d) z. č. 106/1999 Sb.', 'sepsal návrhář podle znění od 19. 8. 2025', false),
('infz-odmitnuti', '2025-08-19', 130, 'Informace: rozhodnutí o odmítnutí', 'decision', 'handle', 15,
 'Rozhodnutí o odmítnutí žádosti o informace',
 '{urad} jako povinný subjekt podle § 2 odst. 1 zákona č. 106/1999 Sb., o svobodném přístupu k informacím, rozhodl o žádosti doručené dne {doruceno} ({cj_podani}), kterou podal(a) {adresat}, takto:

Žádost se podle § 15 odst. 1 ve spojení s [ustanovení] zákona odmítá [v celém rozsahu / v části].

Odůvodnění:
[důvody]',
 'Proti tomuto rozhodnutí se lze odvolat do 15 dnů ode dne jeho oznámení k [nadřízený orgán] podáním u zdejšího úřadu (§ 16 zákona č. 106/1999 Sb.).',
 '§ 15 z. č. 106/1999 Sb.', 'sepsal návrhář podle znění od 19. 8. 2025', false),
('infz-odlozeni', '2025-08-19', 140, 'Informace: odložení žádosti', 'answer', 'handle', 0,
 'Odložení žádosti o informace',
 'Dobrý den,

dne {doruceno} jsme přijali Vaši žádost o informace ve věci „{vec}“ ({cj_podani}). Žádost podle § 14 odst. 5 písm. [písmeno] zákona č. 106/1999 Sb. odkládáme, protože [důvod].',
 'Proti tomuto postupu můžete do 30 dnů podat stížnost podle § 16a zákona č. 106/1999 Sb. u zdejšího úřadu.',
 '§ 14 odst. 5 z. č. 106/1999 Sb.', 'sepsal návrhář podle znění od 19. 8. 2025', false),
('infz-prodlouzeni', '2025-08-19', 150, 'Informace: prodloužení lhůty', 'notice', 'extend', 10,
 'Prodloužení lhůty pro poskytnutí informace',
 'Dobrý den,

dne {doruceno} jsme přijali Vaši žádost o informace ve věci „{vec}“ ({cj_podani}). Lhůtu pro poskytnutí informace podle § 14 odst. 6 písm. [písmeno] zákona č. 106/1999 Sb. prodlužujeme o {dnu} dnů, tedy do {lhuta_nova}, protože [závažný důvod].',
 'Proti tomuto postupu můžete podat stížnost podle § 16a zákona č. 106/1999 Sb.',
 '§ 14 odst. 6 a 7 z. č. 106/1999 Sb.', 'sepsal návrhář podle znění od 19. 8. 2025', false);
