package public

import (
	"epom/board"
	"epom/handlers/web"
	"epom/notify"
	"epom/offices"
	"epom/templates"
)

var posting = PostingPage{Card: &offices.Office{}, Posting: &board.Posting{}, Shown: &board.Revision{}}

var proof = ProofView{Proof: &board.Proof{Posting: &board.Posting{}}, Shown: &board.Revision{}}

var screen = KioskFrame{Card: &offices.Office{}}

var status = StatusPage{At: &offices.Office{}}

// Templates are the data each template is given, to be checked against it.
var Templates = map[string]any{
	"home/show": HomePage{}, "home/show#results": HomePage{}, "home/place": PlaceView{}, "home/place#municipalities": PlaceView{}, "home/competence": Competence{},
	"forms/list": FormListPage{}, "forms/list#forms": FormListPage{}, "step/halted": HaltedPage{}, "forms/packages": PackagesPage{}, "forms/show": FormPage{}, "forms/show#place": FormPage{},
	"step/show": StepPage{}, "step/show#step": StepPage{}, "step/later": LaterPage{}, "step/lost": LostPage{}, "step/upload": UploadPage{}, "step/pass": PassPage{}, "step/take": TakePage{},
	"step/steps":    map[string]any{"P": web.Page{}, "Steps": []StepView{}, "Check": false},
	"check/answers": map[string]any{"P": web.Page{}, "Rows": []RowView{}}, "status/qr": map[string]any{"QR": web.QR{}, "Label": ""},
	"check/show": CheckPage{}, "sign/show": SignPage{}, "sign/signed": map[string]any{"P": web.Page{}, "S": SignedView{}}, "find/show": FindPage{},
	"status/show": status, "status/show#status": status, "status/document": DocumentPage{}, "status/waiting": WaitingPage{},
	"offices/list": OfficeListPage{}, "offices/list#rows": OfficeListPage{}, "offices/show": OfficePage{Card: &offices.Office{}},
	"pages/accessibility": AccessibilityPage{}, "pages/verify": VerifyPage{}, "pages/verify#file": map[string]any{"P": web.Page{}, "F": &VerifiedFile{}, "Hung": 0},
	"pages/verify#proof": map[string]any{"P": web.Page{}, "V": proof}, "pages/verify#kind": map[string]any{"P": web.Page{}, "Kind": ""}, "pages/mailbox": MailboxPage{}, "pages/mail": MailPage{},
	"offline/show": OfflinePage{}, "style/show": StylePage{}, "style/desk": StylePage{},
	"told/form": map[string]any{"P": ToldPage{}, "F": ToldForm{}}, "told/wished": map[string]any{"P": web.Page{}, "W": notify.Wished{}},
	"told/ask": ToldPage{}, "told/show": ToldPage{}, "told/sent": ToldSentPage{}, "told/confirm": ToldWishPage{}, "told/end": ToldWishPage{},
	"told/widget": WidgetPage{Card: &offices.Office{}}, "told/include": WidgetPage{Card: &offices.Office{}}, "told/embed": EmbedPage{Card: &offices.Office{}},
	"board/list": BoardPage{Card: &offices.Office{}}, "board/list#search": BoardPage{Card: &offices.Office{}}, "board/list#before": BoardPage{Card: &offices.Office{}}, "board/list#after": BoardPage{Card: &offices.Office{}}, "board/item": posting,
	"board/region": BoardsPage{}, "board/place": BoardPlace{}, "board/place#choices": BoardPlace{}, "board/drawn": BoardMap{}, "board/map": BoardMapPage{}, "board/dates": BoardsPage{},
	"board/lines": map[string]any{"P": web.Page{}, "Lines": []ItemLine{}},
	"kiosk/list":  KioskPage{KioskFrame: screen}, "kiosk/item": KioskItemPage{KioskFrame: screen, Item: posting}, "kiosk/gone": KioskGonePage{KioskFrame: screen},
	"error/show": web.ErrorPage{}, "fields/address#choices": templates.Field{}, "fields/municipality#choices": templates.Field{},
}
