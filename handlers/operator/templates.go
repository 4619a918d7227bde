package operator

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{
	"operator/home": HomePage{}, "operator/offices": OfficesPage{}, "operator/jobs": JobsPage{}, "operator/mails": MailsPage{}, "operator/health": HealthPage{}, "operator/records": RecordsPage{},
}
