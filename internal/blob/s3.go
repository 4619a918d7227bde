//go:build s3

package blob

import _ "gocloud.dev/blob/s3blob" // addresses s3://
