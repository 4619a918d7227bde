package blob

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Scanner looks for malware. found names it and is empty for a clean file; an error means that nothing is known.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (found string, err error)
}

// Clamd asks a running clamd by its INSTREAM command (clamd(8)). Its StreamMaxLength must not be smaller than the
// largest file an office takes.
type Clamd struct {
	Addr    string        // host:port, or the path of a socket
	Timeout time.Duration // of one file; 0 = 1 minute
}

// Scan sends the file and reads the verdict. Only the plain answer OK is clean.
func (c Clamd) Scan(ctx context.Context, r io.Reader) (string, error) {
	network := "tcp"
	if strings.HasPrefix(c.Addr, "/") {
		network = "unix"
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, c.Addr)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	sendErr := send(conn, r)
	// clamd may answer before all is sent, such as when the file is too large for it: the answer says more.
	answer, err := io.ReadAll(io.LimitReader(conn, 4096))
	if sendErr != nil && len(answer) == 0 {
		return "", fmt.Errorf("clamd: %w", sendErr)
	}
	if err != nil && len(answer) == 0 {
		return "", fmt.Errorf("clamd: %w", err)
	}
	return verdict(string(answer))
}

func send(conn io.Writer, r io.Reader) error {
	w := bufio.NewWriterSize(conn, 128<<10)
	if _, err := w.WriteString("zINSTREAM\x00"); err != nil {
		return err
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if err := binary.Write(w, binary.BigEndian, uint32(n)); err != nil {
				return err
			}
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if err := binary.Write(w, binary.BigEndian, uint32(0)); err != nil {
		return err
	}
	return w.Flush()
}

func verdict(answer string) (string, error) {
	said, whole := strings.CutPrefix(strings.TrimRight(answer, "\x00\n"), "stream: ")
	if found, ok := strings.CutSuffix(said, " FOUND"); whole && ok {
		return found, nil
	}
	if whole && said == "OK" {
		return "", nil
	}
	return "", fmt.Errorf("clamd answered %q", answer)
}
