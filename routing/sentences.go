package routing

// phrases are the sentences of one language. Placeholders stand in the order Reason.Text fills them.
type phrases struct {
	own, statute, special, contract, nearest, clerk, state, military, data string

	level    map[Level]string
	locality map[Locality]string
	chain    map[Level]string // place, area
	road     map[string]string
	doubt    map[Doubt]string
}

var sentences = map[string]phrases{
	"cs": {
		own:      "O této věci rozhoduje obec sama (samostatná působnost).",
		statute:  "Řídí se to předpisem: %s",
		special:  "Pro území %s platí zvláštní pravidlo: věc vyřizuje %s.",
		contract: "Pro území %s platí veřejnoprávní smlouva č. %s: věc vyřizuje %s (od %s).",
		nearest:  "Úřad si můžete vybrat, nejblíž je %s.",
		clerk:    "Úřad určil pracovník úřadu: %s. Důvod: %s",
		state:    "O dálnicích nerozhoduje obec ani kraj, ale Ministerstvo dopravy.",
		military: "%s je vojenský újezd a nemá obecní úřad. Obraťte se na újezdní úřad.",
		data:     "Údaje o území máme ke dni %s.",
		level: map[Level]string{
			Obec: "Vyřizuje to obec, tedy její obecní nebo městský úřad.", POU: "Vyřizuje to pověřený obecní úřad.",
			ORP: "Vyřizuje to úřad obce s rozšířenou působností.", Kraj: "Vyřizuje to krajský úřad.",
			Matrika: "Vyřizuje to matriční úřad.", Stavebni: "Vyřizuje to stavební úřad.",
			Listed: "Vyřizují to úřady, které vyjmenovává vyhláška.", ByRoad: "Který úřad to vyřizuje, záleží na třídě silnice.",
			Addressee: "Úřad si volíte sami.",
		},
		locality: map[Locality]string{
			Any:                 "Na místě bydliště nezáleží, můžete na kterýkoli z těchto úřadů v Česku.",
			Residence:           "Rozhoduje trvalý pobyt, u firem sídlo: %s.",
			ResidenceOrProperty: "Rozhoduje trvalý pobyt, u chaty nebo chalupy místo, kde stojí: %s.",
			NewResidence:        "Rozhoduje adresa nového trvalého pobytu: %s.",
			Property:            "Rozhoduje, kde pozemek nebo stavba leží: %s.",
			PlaceOfEvent:        "Rozhoduje, kde se věc stala nebo stane: %s.",
			RegistryOfEvent:     "Rozhoduje, která matrika událost zapsala: %s.",
			ByAddressee:         "Podání směřuje úřadu, který jste si zvolili: %s.",
		},
		chain: map[Level]string{
			POU: "%s patří k pověřenému obecnímu úřadu %s.", ORP: "%s patří do správního obvodu obce s rozšířenou působností %s.",
			Kraj: "%s leží v kraji: %s.", Stavebni: "%s patří do obvodu: %s.",
		},
		road: map[string]string{
			RoadLocal: "Jde o místní komunikaci.", RoadThird: "Jde o silnici III. třídy.", RoadSecond: "Jde o silnici II. třídy.",
			RoadFirst: "Jde o silnici I. třídy.", RoadMotorway: "Jde o dálnici.",
		},
		doubt: map[Doubt]string{
			DoubtCompetence: "Příslušnost úřadu jsme zatím neověřili v platném znění zákona.",
			DoubtFee:        "Výši poplatku jsme zatím neověřili v platném sazebníku.",
			DoubtDeadline:   "Lhůtu jsme zatím neověřili v platném znění zákona.",
			DoubtRegistry:   "Seznam matričních úřadů zatím nemáme. Uvádíme pověřený obecní úřad, zavolejte tam předem.",
			DoubtBuilding:   "Obvody stavebních úřadů známe ze starších údajů (před 1. 7. 2024). Zavolejte tam předem.",
			DoubtListed:     "Seznam míst z vyhlášky zatím nemáme. Uvedený úřad mezi ně patří, bližší místo se dozvíte ve své obci nebo na poště.",
			DoubtRoad:       "Nevíme, jaké třídy je komunikace. Počítáme s místní komunikací.",
			DoubtCityPart:   "Ve velkém městě to může podle statutu vyřizovat úřad městské části nebo obvodu.",
			DoubtDate:       "Pro tento den nemáme dobové údaje o území, vycházíme z nejstarších, které známe.",
		},
	},
	"en": {
		own:      "The municipality decides this on its own (self-government).",
		statute:  "The rules are in: %s",
		special:  "A special rule holds for %s: the matter is handled by %s.",
		contract: "For %s, public-law contract no. %s applies: the matter is handled by %s (since %s).",
		nearest:  "You may choose the office; the nearest one is %s.",
		clerk:    "A clerk chose the office: %s. Reason: %s",
		state:    "Motorways are decided by the Ministry of Transport, not by municipalities or regions.",
		military: "%s is a military district without a municipal office. Please turn to the district office of the army.",
		data:     "Our data on territory are as of %s.",
		level: map[Level]string{
			Obec: "The municipality handles it, at its municipal office.", POU: "An office commissioned for several municipalities handles it (pověřený obecní úřad).",
			ORP: "A municipality with extended competence handles it (obec s rozšířenou působností).", Kraj: "The regional office handles it.",
			Matrika: "The registry office handles it (matriční úřad).", Stavebni: "The building office handles it (stavební úřad).",
			Listed: "Offices listed by a decree handle it.", ByRoad: "Which office handles it depends on the class of the road.",
			Addressee: "You choose the office yourself.",
		},
		locality: map[Locality]string{
			Any:                 "Where you live does not matter; any of these offices in the country will do.",
			Residence:           "Your permanent residence decides, or the seat of a company: %s.",
			ResidenceOrProperty: "Your permanent residence decides, or where a holiday house stands: %s.",
			NewResidence:        "The address of the new permanent residence decides: %s.",
			Property:            "What decides is where the land or building lies: %s.",
			PlaceOfEvent:        "What decides is where it happened or will happen: %s.",
			RegistryOfEvent:     "What decides is which registry recorded the event: %s.",
			ByAddressee:         "It goes to the office you chose: %s.",
		},
		chain: map[Level]string{
			POU: "%s belongs to the commissioned office of %s.", ORP: "%s belongs to the district of %s.",
			Kraj: "%s lies in the region: %s.", Stavebni: "%s belongs to the district of: %s.",
		},
		road: map[string]string{
			RoadLocal: "It is a local road.", RoadThird: "It is a class III road.", RoadSecond: "It is a class II road.",
			RoadFirst: "It is a class I road.", RoadMotorway: "It is a motorway.",
		},
		doubt: map[Doubt]string{
			DoubtCompetence: "We have not yet verified the competence in the current text of the law.",
			DoubtFee:        "We have not yet verified the fee in the current tariff.",
			DoubtDeadline:   "We have not yet verified the time limit in the current text of the law.",
			DoubtRegistry:   "We do not have the list of registry offices yet. This is the commissioned office; please call first.",
			DoubtBuilding:   "Our data on building offices are older (before 1 July 2024). Please call first.",
			DoubtListed:     "We do not have the list of the decree yet. This office is on it; a nearer place is known to your municipality or post office.",
			DoubtRoad:       "We do not know the class of the road and assume a local one.",
			DoubtCityPart:   "In a large city, the office of a city part may handle it.",
			DoubtDate:       "We have no data for that day and use the oldest we know.",
		},
	},
	"uk": {
		own:      "Це вирішує сама громада (самоврядування).",
		statute:  "Це регулює: %s",
		special:  "Для території %s діє особливе правило: справу веде %s.",
		contract: "Для території %s діє публічно-правовий договір № %s: справу веде %s (з %s).",
		nearest:  "Установу можете вибрати самі, найближча — %s.",
		clerk:    "Установу визначив працівник: %s. Причина: %s",
		state:    "Питання автомагістралей вирішує Міністерство транспорту, а не громада чи край.",
		military: "%s — військовий округ без муніципальної установи. Зверніться до управління округу.",
		data:     "Дані про територію станом на %s.",
		level: map[Level]string{
			Obec: "Цим займається муніципальна установа громади.", POU: "Цим займається уповноважена муніципальна установа (pověřený obecní úřad).",
			ORP: "Цим займається громада з розширеними повноваженнями (obec s rozšířenou působností).", Kraj: "Цим займається крайова установа.",
			Matrika: "Цим займається орган реєстрації актів (matriční úřad).", Stavebni: "Цим займається будівельне управління (stavební úřad).",
			Listed: "Цим займаються установи, перелічені в постанові.", ByRoad: "Яка установа цим займається, залежить від класу дороги.",
			Addressee: "Установу обираєте самі.",
		},
		locality: map[Locality]string{
			Any:                 "Місце проживання не має значення, підійде будь-яка з цих установ у Чехії.",
			Residence:           "Вирішує місце постійного проживання, для фірм — адреса: %s.",
			ResidenceOrProperty: "Вирішує місце постійного проживання, для дачі — де вона стоїть: %s.",
			NewResidence:        "Вирішує адреса нового постійного проживання: %s.",
			Property:            "Вирішує, де розташована ділянка чи будівля: %s.",
			PlaceOfEvent:        "Вирішує, де це сталося або станеться: %s.",
			RegistryOfEvent:     "Вирішує, який орган записав подію: %s.",
			ByAddressee:         "Звернення надійде до обраної вами установи: %s.",
		},
		chain: map[Level]string{
			POU: "%s належить до уповноваженої установи %s.", ORP: "%s належить до округу громади з розширеними повноваженнями %s.",
			Kraj: "%s розташовано в краї: %s.", Stavebni: "%s належить до округу: %s.",
		},
		road: map[string]string{
			RoadLocal: "Це місцева дорога.", RoadThird: "Це дорога III класу.", RoadSecond: "Це дорога II класу.",
			RoadFirst: "Це дорога I класу.", RoadMotorway: "Це автомагістраль.",
		},
		doubt: map[Doubt]string{
			DoubtCompetence: "Повноваження установи ми ще не перевірили в чинному тексті закону.",
			DoubtFee:        "Розмір збору ми ще не перевірили в чинному тарифі.",
			DoubtDeadline:   "Строк ми ще не перевірили в чинному тексті закону.",
			DoubtRegistry:   "Списку органів реєстрації ще не маємо. Наводимо уповноважену установу, спершу зателефонуйте.",
			DoubtBuilding:   "Дані про будівельні управління старіші (до 1. 7. 2024). Спершу зателефонуйте.",
			DoubtListed:     "Списку з постанови ще не маємо. Ця установа до нього входить; ближче місце підкажуть у вашій громаді чи на пошті.",
			DoubtRoad:       "Не знаємо класу дороги, припускаємо місцеву.",
			DoubtCityPart:   "У великому місті це може вирішувати установа міської частини.",
			DoubtDate:       "Для цього дня даних не маємо, використовуємо найстаріші відомі.",
		},
	},
}
