package migrations_test

import (
	"context"
	"sync"
	"testing"

	"epom/internal/db"
	"epom/internal/testdb"
	"epom/migrations"
)

func TestManyProcessesMigrateOnce(t *testing.T) {
	t.Parallel()
	url := testdb.URL(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			owner, err := db.OpenOwner(url)
			if err != nil {
				t.Error(err)
				return
			}
			defer owner.Close()
			if n, err := migrations.Up(context.Background(), owner.DB); err != nil || n != 0 {
				t.Errorf("a migrated database: %d steps ran, %v", n, err)
			}
		})
	}
	wg.Wait()
}
