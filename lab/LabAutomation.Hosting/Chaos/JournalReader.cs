using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Data.Sqlite;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Reads the drivers' journal as an onlooker. One that is not there, or was never written, has no rows.</summary>
internal static class JournalReader
{
    public static IReadOnlyList<JournalRow> Read(string path)
    {
        if (!File.Exists(path)) return [];
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'actions')";
        if (command.ExecuteScalar() is not 1L) return [];
        command.CommandText = "SELECT action, instrument, phase, result FROM actions ORDER BY n";
        using var reader = command.ExecuteReader();
        var rows = new List<JournalRow>();
        while (reader.Read())
        {
            var result = reader.IsDBNull(3) ? null : FrameCodec.Decode<ResultFrame>(reader.GetFieldValue<byte[]>(3));
            rows.Add(new JournalRow(ActionId.Parse(reader.GetString(0)), reader.GetString(1), (JournalPhase)reader.GetInt32(2) == JournalPhase.Acknowledged, result?.Status) { Result = result });
        }

        return rows;
    }
}
