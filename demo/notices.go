package demo

// notices are invented: no person, number or place in them is real but the municipality's name.
var notices = []notice{
	{kind: "zamer", day: -84, hour: 9, paper: true, street: true, title: "Záměr prodeje části pozemku p. č. 1234/5 v obci {obec}",
		text: "Zastupitelstvo zveřejňuje záměr prodat část pozemku p. č. 1234/5 o výměře 120 m², druh zahrada. Nabídky a připomínky podejte do podatelny, dokud záměr visí."},
	{kind: "zasedani", day: -75, hour: 14, event: -66, paper: true, street: true, title: "Zasedání zastupitelstva č. 4/2026",
		text: "Program: 1. Zahájení. 2. Kontrola usnesení. 3. Rozpočtové opatření. 4. Prodej pozemku. 5. Různé. 6. Diskuse. 7. Závěr."},
	{kind: "rozpoctove-opatreni", day: -62, hour: 10, paper: true, street: true, title: "Rozpočtové opatření č. 4/2026",
		text: "Příjmy se zvyšují o 250 000 Kč, výdaje o 250 000 Kč. Důvodem je dotace na opravu chodníku."},
	{kind: "verejna-vyhlaska", day: -55, hour: 8, paper: true, street: true, asks: "Finanční úřad pro Liberecký kraj", title: "Veřejná vyhláška: hromadný předpisný seznam daně z nemovitých věcí",
		text: "Hromadný předpisný seznam je k nahlédnutí na územním pracovišti v úředních hodinách. Den následující po třicátém dni vyložení je dnem doručení."},
	{kind: "ztraty-nalezy", day: -48, hour: 15, title: "Nalezen svazek klíčů s modrým přívěskem", text: "Klíče se našly u autobusové zastávky. Vyzvednout si je můžete v kanceláři úřadu.",
		remove: "Klíče si vyzvedl majitel."},
	{kind: "vyberove-rizeni", day: -40, hour: 11, paper: true, street: true, title: "Výběrové řízení: referent správy majetku",
		text: "Požadujeme střední vzdělání s maturitou, řidičský průkaz skupiny B a chuť jednat s lidmi. Přihlášky podejte do podatelny úřadu."},
	{kind: "doprava", day: -33, hour: 9, paper: true, asks: "Krajská správa silnic Libereckého kraje", title: "Uzavírka silnice za obcí {obec}",
		text: "Z důvodu opravy mostku bude silnice úplně uzavřena. Objížďka je vyznačena přes sousední obce. Autobusy zastavují v náhradních zastávkách."},
	{kind: "oop", day: -9, hour: 13, paper: true, street: true, title: "Opatření obecné povahy: místní úprava provozu v ulici U Školy",
		text: "Stanovuje se svislé dopravní značení: zóna 30 v okolí školy. Proti opatření nelze podat opravný prostředek."},
	{kind: "zasedani", day: -6, hour: 8, event: 6, paper: true, street: true, title: "Zasedání zastupitelstva č. 4/2026", revise: "v názvu bylo chybné pořadí zasedání",
		text: "Program: 1. Zahájení. 2. Kontrola usnesení. 3. Rozpočet na rok 2027. 4. Obecně závazná vyhláška o odpadech. 5. Diskuse. 6. Závěr."},
	{kind: "rozpocet-navrh", day: -5, hour: 9, event: 24, paper: true, street: true, title: "Návrh rozpočtu na rok 2027",
		text: "Návrh rozpočtu je sestaven jako vyrovnaný. Připomínky můžete podat písemně do dne zasedání, nebo ústně na zasedání zastupitelstva."},
	{kind: "drazba", day: -4, hour: 10, event: 19, paper: true, asks: "Exekutorský úřad Liberec (vymyšlený)", title: "Dražební vyhláška: rodinný dům v obci {obec}",
		text: "Dražba se koná elektronicky. Nejnižší podání je uvedeno v úplném znění vyhlášky."},
	{kind: "pravni-predpis", day: -3, hour: 12, link: "https://sbirkapp.gov.cz/", title: "Obecně závazná vyhláška č. 2/2026 o místním poplatku ze psů",
		text: "Vyhláška byla vyhlášena ve Sbírce právních předpisů územních samosprávných celků. Tady je jen informace o tom."},
	{kind: "zamer", day: -15, hour: 9, paper: true, title: "Záměr pachtu louky pod hřištěm",
		text: "Zveřejňuje se záměr propachtovat louku o výměře 3 400 m² na pět let."},
	{kind: "uzemni-plan", day: -2, hour: 14, paper: true, past: "výpadek internetu, papír visel na desce na ulici od prvního dne", title: "Projednání návrhu změny č. 2 územního plánu {obec}",
		text: "Návrh změny je vystaven k nahlédnutí. Veřejné projednání se koná v zasedací místnosti úřadu."},
	{kind: "aktualita", day: -2, hour: 8, title: "Zimní provoz sběrného dvora", text: "Od prosince je sběrný dvůr otevřený ve středu od 14 do 17 hodin a v sobotu od 9 do 12 hodin."},
	{kind: "udalost", day: -1, hour: 9, event: 7, title: "Rozsvícení vánočního stromu", text: "Zazpívá dětský sbor místní školy, zahřeje vás teplý čaj. Všichni jste zváni."},
	{kind: "oznameni", day: -1, hour: 11, plan: 2, title: "Oznámení o přerušení dodávky vody", text: "Z důvodu opravy vodovodního řadu nepoteče voda od 8 do 14 hodin. Cisterna bude stát na návsi."},
	{kind: "volby", day: -1, hour: 13, plan: 3, event: 40, title: "Oznámení o době a místě konání doplňovacích voleb", text: "Volby se nekonají: jde o vymyšlenou písemnost zkušebního provozu.", cancel: "Termín voleb se změnil."},
}

// regional hang on the board of the region.
var regional = []notice{
	{kind: "eia", day: -20, hour: 9, paper: true, title: "Zahájení zjišťovacího řízení: rozšíření lesní cesty", text: "Oznámení záměru je k nahlédnutí na krajském úřadě. Vyjádření lze podat do 30 dnů."},
	{kind: "verejna-vyhlaska", day: -12, hour: 10, paper: true, title: "Veřejná vyhláška: rozhodnutí o odvolání ve věci stavby", text: "Odvolání se zamítá a rozhodnutí stavebního úřadu se potvrzuje."},
	{kind: "zasedani", day: -8, hour: 8, event: 3, title: "Zasedání zastupitelstva kraje", text: "Program: rozpočet kraje na rok 2027, dotační programy, zprávy výborů."},
	{kind: "aktualita", day: -3, hour: 9, title: "Nové jízdní řády od prosince", text: "Změny najdete na zastávkách a na webu dopravce."},
}
