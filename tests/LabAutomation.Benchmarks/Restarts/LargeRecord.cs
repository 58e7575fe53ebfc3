using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Benchmarks.Restarts;

/// <summary>The record of a lab that has worked for years: the entries of one trial that was run in the virtual lab, again and again, under campaigns, trials and actions of their own.</summary>
internal sealed class LargeRecord
{
    public const int Campaigns = 100;

    private readonly IReadOnlyList<LabEvent> _trial;
    private readonly CampaignStarted _start;
    private readonly IReadOnlyList<BulkData> _data;
    private readonly IReadOnlyList<object?[]> _journal;

    private LargeRecord(CampaignStarted start, IReadOnlyList<LabEvent> trial, IReadOnlyList<BulkData> data, IReadOnlyList<object?[]> journal) => (_start, _trial, _data, _journal) = (start, trial, data, journal);

    /// <summary>Runs one trial of the colour match.</summary>
    public static LargeRecord Pattern(string folder)
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(LabRun.Root, "appsettings.json")).AddInMemoryCollection([new("Lab:DataDirectory", folder)]).Build();
        using (var lab = VirtualLaboratory.Of(configuration))
            lab.Run(CampaignFile.Load(Path.Combine(LabRun.Root, "campaigns", "colour-match.yaml")).With(planner: "sobol", trials: 1));

        using var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(folder));
        LabEvent[] events = [.. ledger.Read().Select(entry => entry.Event)];
        LabEvent[] trial = [.. events.Where(happened => happened is TrialProposed or ActionIntended or ActionEnded or TrialMeasured)];
        using var journal = new Journal(DataDirectory.JournalIn(folder), isDurable: false);
        var rows = journal.Store.Read(store => store.Query($"SELECT {Columns} FROM actions ORDER BY n", row => Enumerable.Range(0, row.FieldCount).Select(k => row.IsDBNull(k) ? null : row.GetValue(k)).ToArray()));
        return new LargeRecord(
            events.OfType<CampaignStarted>().Single(), trial, [.. trial.OfType<ActionEnded>().SelectMany(ended => ended.Result.Data).Select(ledger.ReadData)], rows);
    }

    private const string Columns = "action, instrument, command, hash, frame, reply, epoch, phase, attempt, accepted_at, started_at, ended_at, acknowledged_at, result, progress";

    /// <summary>Writes so many entries, and the journal of their actions. The last campaign has not ended.</summary>
    /// <returns>Trials and entries.</returns>
    public (int Trials, long Entries) Write(string folder, int entries)
    {
        Directory.CreateDirectory(folder);
        var (perCampaign, trials, written) = (Math.Max(1, entries / Campaigns / _trial.Count), 0, 0L);
        using var ledger = Ledger.Open(Laboratory.LedgerIn(folder), new Calendar(), isDurable: false);
        using var journal = new Journal(DataDirectory.JournalIn(folder), isDurable: false);
        for (var campaign = 1; campaign <= Campaigns; campaign++)
        {
            var id = Id(campaign);
            written += ledger.Append(id, [_start with { Trials = 10 * perCampaign }], _data)[^1].Seq - written;
            for (var trial = 1; trial <= perCampaign; trial++, trials++) written += ledger.Append(id, [.. _trial.Select(happened => Of(happened, id, trial))]).Count;
            if (campaign < Campaigns) written += ledger.Append(id, [new CampaignEnded(CampaignEnd.TrialsSpent, "its trials are spent", 1)]).Count;
            var first = trials - perCampaign;
            journal.Store.Write(store =>
            {
                for (var trial = 1; trial <= perCampaign; trial++)
                {
                    for (var k = 0; k < _journal.Count; k++) store.Run(Insert, [.. _journal[k].Select((value, column) => ($"${column}", column == 0 ? (object?)ActionId.Derive(id, first + trial, "journal", k, 1).ToString() : value))]);
                }

                return 0;
            });
        }

        return (trials, written);
    }

    public static string Id(int campaign) => string.Create(CultureInfo.InvariantCulture, $"colour-match-{campaign}");

    private static string Insert => $"INSERT INTO actions ({Columns}) VALUES ({string.Join(", ", Enumerable.Range(0, Columns.Split(',').Length).Select(k => $"${k}"))})";

    private static LabEvent Of(LabEvent happened, string campaign, int trial) => happened switch
    {
        TrialProposed proposed => proposed with { Trial = trial },
        ActionIntended intended => intended with { Trial = trial, Action = ActionId.Derive(campaign, trial, intended.Step, intended.Index, 1) },
        ActionEnded ended => ended with { Trial = trial, Action = ActionId.Derive(campaign, trial, ended.Step, ended.Index, 1), Result = ended.Result with { Action = ActionId.Derive(campaign, trial, ended.Step, ended.Index, 1) } },
        TrialMeasured measured => measured with { Trial = trial },
        _ => happened,
    };

    /// <summary>A second for each entry.</summary>
    private sealed class Calendar : TimeProvider
    {
        private long _seconds;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(_seconds++);
    }
}
