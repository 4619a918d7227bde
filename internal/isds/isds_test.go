package isds_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"epom/internal/isds"
)

// message writes a message as the service does, with the hash of its element.
func message(root, space, files string) []byte {
	dm := `<p:dmDm xmlns:p="http://isds.czechpoint.cz/v20"><p:dmID>42</p:dmID><p:dbIDSender>abc2345</p:dbIDSender><p:dmSender>Lesy a.s.</p:dmSender>` +
		`<p:dmSenderRefNumber>L-7/2026</p:dmSenderRefNumber><p:dmAnnotation>Žádost &lt;1&gt;</p:dmAnnotation><p:dmToHands xsi:nil="true"/>` +
		`<p:dmAllowSubstDelivery>false</p:dmAllowSubstDelivery><p:dmFiles>` + files + `</p:dmFiles></p:dmDm>`
	sum := sha256.Sum256([]byte(dm))
	return fmt.Appendf(nil, `<q:%s xmlns:q="http://isds.czechpoint.cz/v20%s" xmlns:xsi="x"><q:dmReturnedMessage dmType="V">%s<q:dmHash algorithm="SHA-256">%s
</q:dmHash><q:dmDeliveryTime>2026-03-02T12:02:27.683+01:00</q:dmDeliveryTime><q:dmMessageStatus>6</q:dmMessageStatus></q:dmReturnedMessage></q:%s>`,
		root, space, dm, base64.StdEncoding.EncodeToString(sum[:]), root)
}

const textFile = `<p:dmFile dmMimeType="text/plain" dmFileMetaType="main" dmFileDescr="a.txt"><p:dmEncodedContent>YWhv
ag==</p:dmEncodedContent></p:dmFile><p:dmFile dmFileMetaType="enclosure" dmFileDescr="b.xml"><p:dmXMLContent> <x a="1"><y/></x> </p:dmXMLContent></p:dmFile>`

func TestRead(t *testing.T) {
	t.Parallel()
	m, err := isds.Read(message("MessageDownloadResponse", "/message", textFile))
	if err != nil {
		t.Fatal(err)
	}
	if m.Kind != isds.Received || m.ID != "42" || m.Sender != "Lesy a.s." || m.Annotation != "Žádost <1>" || m.SenderRef != "L-7/2026" || m.Type != "V" || !m.NoFiction {
		t.Errorf("envelope %+v", m)
	}
	if want := time.Date(2026, 3, 2, 11, 2, 27, 683e6, time.UTC); m.DeliveredAt == nil || !m.DeliveredAt.Equal(want) || m.AcceptedAt != nil || m.StateWords() != "doručena přihlášením" {
		t.Errorf("times %v %v %s", m.DeliveredAt, m.AcceptedAt, m.StateWords())
	}
	if len(m.Files) != 2 || string(m.Files[0].Content) != "ahoj" || string(m.Files[1].Content) != `<x a="1"><y/></x>` {
		t.Errorf("files %+v", m.Files)
	}
	if !m.HashOK || m.Signed {
		t.Errorf("hash %v, signed %v", m.HashOK, m.Signed)
	}
	if m, err = isds.Read(message("MessageDownloadResponse", "/SentMessage", textFile)); err != nil || m.Kind != isds.Sent {
		t.Errorf("%+v %v", m, err)
	}
	if m, err = isds.Read(bytes.Replace(message("MessageDownloadResponse", "", textFile), []byte("YWhv"), []byte("YWhw"), 1)); err != nil || m.HashOK {
		t.Errorf("a changed file kept its hash: %v", err)
	}
}

func TestWhatIsNoMessage(t *testing.T) {
	t.Parallel()
	whole := message("MessageDownloadResponse", "/message", textFile)
	for name, data := range map[string][]byte{"empty": nil, "text": []byte("Dobrý den"), "xml": []byte("<a><b/></a>"), "signed nothing": {0x30, 0x80, 0, 0},
		"other": bytes.Replace(whole, []byte("isds.czechpoint.cz"), []byte("jinde.example"), -1)} {
		if _, err := isds.Read(data); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	for name, data := range map[string][]byte{"cut": whole[:len(whole)/2], "not base64": bytes.Replace(whole, []byte("YWhv"), []byte("%%%%"), 1)} {
		if _, err := isds.Read(data); err == nil || errors.Is(err, isds.ErrNot) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every version of the service's files is read, its hash holds and so does its signature.
func TestOutsideMessages(t *testing.T) {
	t.Parallel()
	root := realData(t)
	for file, want := range map[string]struct {
		kind   isds.Kind
		id     string
		files  string
		signed bool
	}{
		"zfo/DDZ_3401761.zfo":                  {isds.Received, "3401761", "test_01.txt test_02.txt", true},
		"zfo/DD_6452235.zfo":                   {isds.Delivery, "6452235", "", true},
		"zfo/ODZ_with_xml_attachment.zfo":      {isds.Sent, "1668286", "test.xml", true},
		"zfo/dslib-signedSentMessage":          {isds.Sent, "170191", "prilozeny_soubor.txt", true},
		"zfo/received_message-330141.zfo":      {isds.Received, "330141", "odpoved_OVM.pdf", true},
		"zfo/signed_sent_message-151874.zfo":   {isds.Sent, "151874", "postsignum_qca_root.cer", true},
		"messages/received_message-151916.xml": {isds.Received, "151916", "odpoved_OVM.pdf", false},
		"messages/sent_message-206720.xml":     {isds.Sent, "206720", "", false},
		"messages/delivery_info-316590.xml":    {isds.Delivery, "316590", "", false},
	} {
		data, err := os.ReadFile(filepath.Join(root, "isds", file))
		if err != nil {
			t.Fatal(err)
		}
		m, err := isds.Read(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		var names []string
		for _, f := range m.Files {
			if names = append(names, f.Name); len(f.Content) == 0 {
				t.Errorf("%s: %s is empty", file, f.Name)
			}
		}
		if got := strings.Join(names, " "); m.Kind != want.kind || m.ID != want.id || (want.files != "" && got != want.files) || m.Signed != want.signed {
			t.Errorf("%s: %s %s %q signed %v", file, m.Kind, m.ID, got, m.Signed)
		}
		if m.HashOK == (m.Kind == isds.Delivery) || m.SignFault != "" || m.DeliveredAt == nil || m.Sender == "" || m.Timestamp == nil {
			t.Errorf("%s: hash %v, signature %q, delivered %v", file, m.HashOK, m.SignFault, m.DeliveredAt)
		}
		for i := 0; i < len(data); i += len(data)/37 + 1 { // a file damaged anywhere is read, or refused with a reason
			bad := bytes.Clone(data)
			bad[i] ^= 0x55
			_, _ = isds.Read(bad)
			_, _ = isds.Read(data[:i])
		}
	}
	stamp, err := os.ReadFile(filepath.Join(root, "isds/zfo/timestamp_binary.dat"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := isds.Read(stamp); !errors.Is(err, isds.ErrNot) {
		t.Errorf("a timestamp: %v", err)
	}
}

// realData is the folder of other people's data; without it the test ends and says that it was left out.
func realData(t *testing.T) string {
	t.Helper()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		t.SkipNow()
	}
	if !filepath.IsAbs(root) { // given from the project's root
		if _, err := os.Stat(root); err != nil {
			root = filepath.Join("..", "..", root)
		}
	}
	return root
}

func FuzzRead(f *testing.F) {
	f.Add(message("MessageDownloadResponse", "/message", textFile))
	f.Add(message("GetDeliveryInfoResponse", "/delivery", ""))
	f.Add([]byte{0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := isds.Read(data)
		if (m == nil) == (err == nil) {
			t.Errorf("%v, %v", m, err)
		}
	})
}
