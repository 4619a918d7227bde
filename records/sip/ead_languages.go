package sip

import (
	"strings"
	"sync"
)

// aidLanguages is the languages of the basic rules of archival description: code and name in Czech.
var aidLanguages = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, one := range strings.Split(strings.ReplaceAll(strings.TrimSpace(languageNames), "\n", " | "), " | ") {
		code, name, _ := strings.Cut(one, " ")
		out[code] = name
	}
	return out
})

const languageNames = `
heb (novo)hebrejština | akk akkadština | amh amharština | ara arabština | arc aramejština | 0as assyrština | 0ba babylonština
sem blíže neurčený semitský jazyk | hau hauština | hit chetitština | mlt maltština | hbo stará hebrejština | sux sumerština
afa blíže neurčený afroasijský jazyk | egy egyptština | cop koptština | xgn blíže neurčený mongolský jazyk | mon mongolština
aze azerbajdžánština | bak baškirština | trk blíže neurčený turkický jazyk | gag gagauzština | zkz hazarština | crh krymská tatarština
kir kyrgyzština | tat tatarština | tur turečtina | tuk turkménština | uig ujgurština | uzb uzbečtina | kaz kazaština
tut blíže neurčený altajský jazyk | jpn japonština | kor korejština | mun blíže neurčený mundský jazyk | sat santalština
aav blíže neurčený austroasijský jazyk | khm khmérština | vie vietnamština | map blíže neurčený austronéský jazyk | ind indonéština
may malajština | dra blíže neurčený drávidský jazyk | kan kannadština (též kannarština) | mal malajalámština | tam tamilština
tel telugština | esx blíže neurčený eskymácko-aleutský jazyk | kal grónština | 0ni blíže neurčený indiánský jazyk
bat blíže neurčený baltský jazyk | lit litevština | lav lotyština | afr afrikánština | gsw alsaština | eng angličtina
gem blíže neurčený germánský jazyk | dan dánština | nds dolnoněmčina | fao faerština | fry fríština | dut holandština (nizozemština)
ice islandština | yid jidiš | 0jd judendeutsch | ltz lucemburština | ger němčina | nor norština | swe švédština | asm asámština
ben bengálština | bih Bihárštiina (maithilština) | inc blíže neurčený indoárijský jazyk | doi dógrí | guj gudžarátština | hin hindština
kas kašmírština | mar maráthština | nep pahárské jazyky (nepálština) | pan pandžábština | rom romština | san sanskrt | snd sindština
sin sinhálština | urd urdština | ori urijština | per (novo)perština | iir blíže neurčený indoíránský jazyk | kok konkánština | kur kurdština
pus paštština | peo stará perština | pal střední perština | tgk tádžičtina | cel blíže neurčený keltský jazyk | bre bretonština | gle irština
gla skotská gaelština | wel velština | alb albánština | arm arménština | gre řečtina | roa blíže neurčený románský jazyk | fre francouzština
glg galicijština | ita italština | cat katalánština | cos korsičtina | lat latina | mol moldavština | oci okcitánština | por portugalština
roh rétorománština | rum rumunština | spa španělština | bel běloruština | sla blíže neurčený slovanský jazyk | bos bosenština | bul bulharština
cze čeština | hrv chorvatština | csb kašubština | dsb lužická srbština dolní (dolnolužičtina) | hsb lužická srbština horní (hornolužičtina)
mac makedonština | pol polština | 0ru rusínština | rus ruština | slo slovenština | slv slovinština | 0sc srbochorvatština | srp srbština
chu staroslověnština, církevní slovanština | ukr ukrajinština | ine blíže neurčený indoevropský jazyk | baq baskičtina
0nz blíže neurčený izolovaný jazyk | ccs blíže neurčený kartvelský jazyk | geo gruzínština | crs blíže neurčený kreolský jazyk
nic blíže neurčený nigerokonžský jazyk | swa svahilština | abk abcházština | ccn blíže neurčený severokavkazský jazyk
tai blíže neurčený tajsko-kadajský jazyk | lao laoština | tha thajština | bur barmština | dzo bhútánština
sit blíže neurčený tibetskočínský jazyk | brx bodo | chi čínština | mni manípurština | tib tibetština | 0uj blíže neurčený umělý jazyk
epo esperanto | ido ido | ina interlingua | ile interlingue | 0sl slovio | vol volapük | urj blíže neurčený uralský jazyk | est estonština
fin finština | liv livština | hun maďarština
`
