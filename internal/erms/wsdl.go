package erms

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// operations of the two ports that the Fake has, in the order of the standard.
var operations = map[string][]string{
	"Syn":  {"DokumentZalozeni", "SpisZalozeni", "Udalosti", "ProfilDokumentuZadost", "ProfilSpisuZadost", "SouborZadost", "DavkySeznam", "DavkaZadost"},
	"Asyn": {"ermsAsyn", "WsTest"},
}

// describe writes the WSDL; the schemas are those of the standard, found beside it.
func (f *Fake) describe(w http.ResponseWriter, r *http.Request) {
	if f.has(FaultNoWSDL) || !strings.EqualFold(r.URL.RawQuery, "wsdl") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = io.WriteString(w, wsdl("http://"+r.Host+r.URL.Path, !f.has(FaultFewFunctions)))
}

func wsdl(address string, batches bool) string {
	var messages, ports, bindings, services strings.Builder
	for _, port := range []string{"Syn", "Asyn"} {
		fmt.Fprintf(&ports, "<portType name=\"Port%s\">\n", port)
		fmt.Fprintf(&bindings, "<binding name=\"SoapBinding%[1]s\" type=\"tns:Port%[1]s\"><soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n", port)
		for _, op := range operations[port] {
			if !batches && (op == "ermsAsyn" || op == "DavkySeznam" || op == "DavkaZadost") {
				continue
			}
			in := op + "Request"
			if op == "ermsAsyn" {
				in = op
			}
			fmt.Fprintf(&messages, "<message name=\"%[1]sIn\"><part name=\"body\" element=\"tns:%[2]s\"/></message><message name=\"%[1]sOut\"><part name=\"body\" element=\"tns:%[1]sResponse\"/></message>\n", op, in)
			fmt.Fprintf(&ports, "<operation name=\"%[1]s\"><input message=\"tns:%[1]sIn\"/><output message=\"tns:%[1]sOut\"/></operation>\n", op)
			fmt.Fprintf(&bindings, "<operation name=\"%[1]s\"><soap:operation soapAction=\"%[1]s\"/><input><soap:body use=\"literal\"/></input><output><soap:body use=\"literal\"/></output></operation>\n", op)
		}
		ports.WriteString("</portType>\n")
		bindings.WriteString("</binding>\n")
		fmt.Fprintf(&services, "<service name=\"Service%[1]s\"><port name=\"%[1]s\" binding=\"tns:SoapBinding%[1]s\"><soap:address location=\"%[2]s\"/></port></service>\n", port, escape(address))
	}
	return xml.Header + `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="` + Namespace + `" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="` + Namespace + `">
<types><xs:schema><xs:import namespace="` + Namespace + `" schemaLocation="ermsIFSyn.xsd"/><xs:import namespace="` + Namespace + `" schemaLocation="ermsIFAsyn.xsd"/></xs:schema></types>
` + messages.String() + ports.String() + bindings.String() + services.String() + "</definitions>\n"
}

// Offered reads the WSDL of a system and lists its operations.
func (c *Client) Offered(ctx context.Context) ([]string, error) {
	address := c.URL
	if !strings.Contains(address, "?") {
		address += "?wsdl"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &Down{Why: "the address cannot be called"}
	}
	if c.User != "" {
		r.SetBasicAuth(c.User, c.Password)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	reply, err := client.Do(r)
	if err != nil {
		return nil, &Down{Why: plain(err)}
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return nil, &Down{Status: reply.StatusCode, Why: fmt.Sprintf("answered %d", reply.StatusCode)}
	}
	var d struct {
		XMLName xml.Name `xml:"http://schemas.xmlsoap.org/wsdl/ definitions"`
		Space   string   `xml:"targetNamespace,attr"`
		Ports   []struct {
			Operations []struct {
				Name string `xml:"name,attr"`
			} `xml:"operation"`
		} `xml:"portType"`
	}
	if err := xml.NewDecoder(io.LimitReader(reply.Body, 8<<20)).Decode(&d); err != nil {
		return nil, &Down{Status: reply.StatusCode, Why: "the answer is not a WSDL"}
	}
	if d.Space != Namespace {
		return nil, &Refusal{Text: "the WSDL is of another namespace: " + Cut(d.Space, MaxName)}
	}
	var names []string
	for _, p := range d.Ports {
		for _, o := range p.Operations {
			if !slices.Contains(names, o.Name) {
				names = append(names, o.Name)
			}
		}
	}
	return names, nil
}
