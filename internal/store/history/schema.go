package history

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// applicationID marks a file as a history of Gatewatch ("GwHi").
const applicationID = 0x47774869

//go:embed sql/*.sql
var scripts embed.FS

// migrations are the schema's scripts: the one at index n makes a file of
// version n one of version n+1. A script that was ever released is not edited.
var migrations = readMigrations()

func readMigrations() []string {
	names, err := fs.Glob(scripts, "sql/*.sql") // sorted
	if err != nil {
		panic(err) // the pattern is wrong
	}
	all := make([]string, len(names))
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("sql/%04d-", i+1)) {
			panic("history: scripts are not numbered 1, 2, 3: " + name)
		}
		text, err := scripts.ReadFile(name)
		if err != nil {
			panic(err)
		}
		all[i] = string(text)
	}
	return all
}

// migrate brings an open file to this version's schema, one transaction per
// script: a kill in between leaves a file of an older version, not a broken
// one. It fails with ErrForeign and ErrNewer.
func migrate(ctx context.Context, conn *sql.Conn) error {
	version, err := checkOwner(ctx, conn)
	if err != nil {
		return err
	}
	for ; version < len(migrations); version++ {
		if err := applyScript(ctx, conn, version); err != nil {
			return fmt.Errorf("history: bring the file to version %d: %w", version+1, err)
		}
	}
	return nil
}

// checkOwner returns the schema's version, 0 for an empty file.
func checkOwner(ctx context.Context, conn *sql.Conn) (version int, err error) {
	var id, tables int
	if err := conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return 0, err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, err
	}
	switch {
	case id == 0 && version == 0 && tables == 0:
		return 0, nil
	case id != applicationID:
		return 0, ErrForeign
	case version > len(migrations):
		return version, fmt.Errorf("%w (%d, this one knows %d)", ErrNewer, version, len(migrations))
	}
	return version, nil
}

func applyScript(ctx context.Context, conn *sql.Conn, version int) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	for _, step := range []string{
		migrations[version],
		fmt.Sprintf("PRAGMA user_version = %d", version+1),
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
	} {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
	}
	return tx.Commit()
}
