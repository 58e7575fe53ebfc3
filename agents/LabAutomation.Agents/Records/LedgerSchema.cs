namespace LabAutomation.Agents.Records;

internal static class LedgerSchema
{
    /// <summary>The triggers make an accidental change impossible; the hash chain makes a deliberate one visible.</summary>
    public const string Create = """
        CREATE TABLE IF NOT EXISTS ledger (
            seq INTEGER PRIMARY KEY,
            campaign TEXT NOT NULL,
            at TEXT NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT;
        CREATE TABLE IF NOT EXISTS data (
            sha256 TEXT PRIMARY KEY,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE IF NOT EXISTS writer (id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL) STRICT;
        CREATE TRIGGER IF NOT EXISTS ledger_keeps_entries BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER IF NOT EXISTS ledger_keeps_all BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER IF NOT EXISTS data_keeps_bytes BEFORE UPDATE ON data BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER IF NOT EXISTS data_keeps_all BEFORE DELETE ON data BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        """;
}
