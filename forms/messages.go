package forms

import "strings"

// messages are the engine's own words. {label}, {min}, {max}, {n} and {value} are filled in. Numbers stand behind a colon, so that no
// language needs plural forms.
var messages = map[string]Text{
	"required":         {"Vyplňte pole „{label}“.", "Fill in “{label}”.", "Заповніть поле «{label}»."},
	"required.choice":  {"U otázky „{label}“ vyberte jednu možnost.", "Choose one option for “{label}”.", "Виберіть один варіант у питанні «{label}»."},
	"required.choices": {"U otázky „{label}“ vyberte aspoň jednu možnost.", "Choose at least one option for “{label}”.", "Виберіть принаймні один варіант у питанні «{label}»."},
	"required.yesno":   {"Na otázku „{label}“ odpovězte ano, nebo ne.", "Answer yes or no to “{label}”.", "На питання «{label}» дайте відповідь «так» або «ні»."},
	"required.tick":    {"Potvrďte zaškrtnutím: „{label}“", "Tick to confirm: “{label}”", "Поставте позначку, щоб підтвердити: «{label}»"},
	"required.file":    {"K poli „{label}“ přiložte soubor.", "Attach a file to “{label}”.", "Додайте файл до поля «{label}»."},
	"required.repeat":  {"Do bloku „{label}“ přidejte aspoň jednu položku.", "Add at least one item to “{label}”.", "Додайте принаймні один пункт до блоку «{label}»."},
	"required.address": {"Vyplňte pole „{label}“: vyberte adresu ze seznamu, nebo ji napište ručně.", "Fill in “{label}”: choose the address from the list or write it by hand.", "Заповніть поле «{label}»: виберіть адресу зі списку або напишіть її вручну."},

	"appeared": {"Po vaší odpovědi se ještě ptáme: doplňte „{label}“.", "Your answer leads to one more question: fill in “{label}”.", "Після вашої відповіді є ще питання: заповніть «{label}»."},

	"text.short":   {"Odpověď je příliš krátká. Nejmenší počet znaků: {min}.", "The answer is too short. Minimum number of characters: {min}.", "Відповідь занадто коротка. Мінімальна кількість знаків: {min}."},
	"text.long":    {"Odpověď je příliš dlouhá. Nejvyšší počet znaků: {max}, napsáno: {n}.", "The answer is too long. Maximum number of characters: {max}, written: {n}.", "Відповідь занадто довга. Максимальна кількість знаків: {max}, написано: {n}."},
	"text.pattern": {"Odpověď „{label}“ nemá správný tvar.", "The answer to “{label}” does not have the right format.", "Відповідь «{label}» має неправильний формат."},
	"text.cut": {"Napsali jste víc textu, než formulář unese. Uložili jsme jen začátek, počet znaků: {n}. Text zkraťte, nebo zbytek pošlete jako přílohu.",
		"You wrote more text than the form can hold. Only the beginning was saved, number of characters: {n}. Shorten the text or attach the rest as a file.",
		"Ви написали більше тексту, ніж вміщує форма. Збережено лише початок, кількість знаків: {n}. Скоротіть текст або додайте решту як файл."},

	"number.not":     {"Zadejte číslo, například {example}.", "Enter a number, for example {example}.", "Введіть число, наприклад {example}."},
	"number.whole":   {"Zadejte celé číslo bez desetinné čárky.", "Enter a whole number without decimals.", "Введіть ціле число без десяткової коми."},
	"number.places":  {"Nejvyšší počet desetinných míst: {max}.", "Maximum number of decimal places: {max}.", "Максимальна кількість десяткових знаків: {max}."},
	"number.min":     {"Nejmenší možná hodnota: {min}.", "The lowest possible value: {min}.", "Найменше можливе значення: {min}."},
	"number.max":     {"Nejvyšší možná hodnota: {max}.", "The highest possible value: {max}.", "Найбільше можливе значення: {max}."},
	"money.not":      {"Zadejte částku v korunách, například 1 250 nebo 99,50.", "Enter an amount in Czech crowns, for example 1 250 or 99,50.", "Введіть суму в кронах, наприклад 1 250 або 99,50."},
	"date.not":       {"Zadejte datum jako den, měsíc a rok, například 24. 3. 2026.", "Enter the date as day, month and year, for example 24. 3. 2026.", "Введіть дату як день, місяць і рік, наприклад 24. 3. 2026."},
	"date.min":       {"Nejdřívější možné datum: {min}.", "The earliest possible date: {min}.", "Найраніша можлива дата: {min}."},
	"date.max":       {"Nejpozdější možné datum: {max}.", "The latest possible date: {max}.", "Найпізніша можлива дата: {max}."},
	"choice.unknown": {"U otázky „{label}“ vyberte jednu z nabízených možností.", "Choose one of the offered options for “{label}”.", "Виберіть один із запропонованих варіантів у питанні «{label}»."},
	"choices.min":    {"Nejmenší počet vybraných možností: {min}.", "Minimum number of chosen options: {min}.", "Мінімальна кількість вибраних варіантів: {min}."},
	"choices.max":    {"Nejvyšší počet vybraných možností: {max}.", "Maximum number of chosen options: {max}.", "Максимальна кількість вибраних варіантів: {max}."},

	"email.not":   {"E-mailová adresa není úplná. Správně vypadá třeba jana.novakova@example.com.", "The e-mail address is not complete. It should look like jana.novakova@example.com.", "Адреса електронної пошти неповна. Приклад: jana.novakova@example.com."},
	"phone.not":   {"Telefonní číslo má mít devět číslic, nebo začínat předvolbou země, například +420 601 234 567.", "A telephone number has nine digits or starts with a country code, for example +420 601 234 567.", "Номер телефону має містити дев’ять цифр або починатися з коду країни, наприклад +420 601 234 567."},
	"account.not": {"Číslo účtu nesouhlasí. Opište ho i s kódem banky za lomítkem, například 19-2000145399/0800.", "The account number is not right. Copy it with the bank code after the slash, for example 19-2000145399/0800.", "Номер рахунку неправильний. Перепишіть його з кодом банку після скісної риски, наприклад 19-2000145399/0800."},
	"databox.not": {"Označení datové schránky má sedm písmen a číslic, například abc2d3f.", "A data box identifier has seven letters and digits, for example abc2d3f.", "Ідентифікатор скриньки даних має сім літер і цифр, наприклад abc2d3f."},
	"ico.not":     {"IČO nesouhlasí. Má osm číslic; zkontrolujte, zda jste žádnou nevynechali nebo nezaměnili.", "The company number (IČO) is not right. It has eight digits; check that none is missing or swapped.", "IČO неправильний. Він має вісім цифр; перевірте, чи жодна не пропущена або не переплутана."},
	"zip.not":     {"PSČ má pět číslic, například 463 62.", "A postal code has five digits, for example 463 62.", "Поштовий індекс має п’ять цифр, наприклад 463 62."},
	"parcel.not":  {"Číslo parcely napište jako v katastru, například 123/4 nebo st. 56.", "Write the parcel number as in the land register, for example 123/4 or st. 56.", "Номер ділянки напишіть як у кадастрі, наприклад 123/4 або st. 56."},

	"municipality.unknown": {"Obec „{value}“ jsme nenašli. Zkontrolujte název a vyberte ji ze seznamu.", "We did not find the municipality “{value}”. Check the name and choose it from the list.", "Муніципалітет «{value}» не знайдено. Перевірте назву та виберіть його зі списку."},
	"municipality.which":   {"Kterou obec myslíte? Vyberte ji ze seznamu.", "Which municipality do you mean? Choose it from the list.", "Який муніципалітет ви маєте на увазі? Виберіть його зі списку."},
	"address.parts":        {"Vyberte adresu ze seznamu, nebo doplňte číslo domu, PSČ a obec.", "Choose the address from the list or add the house number, postal code and municipality.", "Виберіть адресу зі списку або додайте номер будинку, індекс і муніципалітет."},

	"repeat.min":  {"Nejmenší počet položek: {min}.", "Minimum number of items: {min}.", "Мінімальна кількість пунктів: {min}."},
	"repeat.max":  {"Nejvyšší počet položek: {max}. Další pošlete v příloze.", "Maximum number of items: {max}. Please attach the others as a file.", "Максимальна кількість пунктів: {max}. Решту додайте як файл."},
	"file.min":    {"Nejmenší počet souborů: {min}.", "Minimum number of files: {min}.", "Мінімальна кількість файлів: {min}."},
	"file.max":    {"Nejvyšší počet souborů: {max}.", "Maximum number of files: {max}.", "Максимальна кількість файлів: {max}."},
	"file.type":   {"Soubor „{value}“ není v povoleném formátu. Povolené přípony: {max}.", "The file “{value}” has a type that is not allowed. Allowed endings: {max}.", "Файл «{value}» має недозволений формат. Дозволені розширення: {max}."},
	"file.big":    {"Soubor „{value}“ je příliš velký. Nejvyšší velikost: {max} MB.", "The file “{value}” is too big. Maximum size: {max} MB.", "Файл «{value}» завеликий. Максимальний розмір: {max} МБ."},
	"file.empty":  {"Soubor „{value}“ je prázdný. Vyberte ho znovu.", "The file “{value}” is empty. Please choose it again.", "Файл «{value}» порожній. Виберіть його ще раз."},
	"value.wrong": {"Odpověď „{label}“ nerozumíme, vyplňte ji prosím znovu.", "We do not understand the answer “{label}”, please fill it in again.", "Ми не розуміємо відповідь «{label}», заповніть її ще раз."},

	"yes":      {"Ano", "Yes", "Так"},
	"no":       {"Ne", "No", "Ні"},
	"ticked":   {"Potvrzeno", "Confirmed", "Підтверджено"},
	"item":     {"položka", "item", "пункт"},
	"add":      {"Přidat další", "Add another", "Додати ще"},
	"birth":    {"nar.", "born", "нар."},
	"ico":      {"IČO", "IČO", "IČO"},
	"area":     {"k. ú.", "cadastral area", "кадастрова територія"},
	"parcel":   {"parc. č.", "parcel no.", "ділянка №"},
	"crown":    {"Kč", "CZK", "крон"},
	"notfiled": {"nevyplněno", "not filled in", "не заповнено"},
}

// say is a message in the language with its places filled: pairs of name and value.
func say(lang Lang, key string, pairs ...string) string {
	text := messages[key].In(lang)
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}
