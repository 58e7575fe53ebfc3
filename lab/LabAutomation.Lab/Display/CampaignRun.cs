using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Reports;

namespace LabAutomation.Lab.Display;

/// <summary>A campaign from its start to its end, as the person at the terminal sees it.</summary>
internal static class CampaignRun
{
    public static Task<ExitCode> FollowAsync(LabSession session, string id, Terminal terminal, OutputForm form, CancellationToken cancellation) => FollowAsync(session, [id], terminal, form, cancellation);

    /// <returns>Success where all reached what they were for; otherwise what the first says that did not.</returns>
    public static async Task<ExitCode> FollowAsync(LabSession session, IReadOnlyList<string> ids, Terminal terminal, OutputForm form, CancellationToken cancellation)
    {
        var lab = session.Laboratory;
        ImmutableArray<CampaignState> ended;
        await using (var display = ids.Count == 1 ? Display(form, terminal) : new ManyDisplay(id => Display(form, terminal, id)))
        {
            var turn = new Lock();
            var joined = new HashSet<string>(StringComparer.Ordinal);
            var rests = new Dictionary<string, string?>(StringComparer.Ordinal);
            void OnCampaign(CampaignState state)
            {
                lock (turn)
                {
                    if (ids.Contains(state.Id)) display.Show(state);
                    else if (joined.Add(state.Id)) display.Say($"{state.Id} was added to the queue, and runs beside");
                    var rest = Wording.Rest(state);
                    if (rest == rests.GetValueOrDefault(state.Id)) return;
                    rests[state.Id] = rest;
                    if (rest is not null || state.Phase == CampaignPhase.Running) display.Say($"{state.Id} {rest ?? "goes on"}");
                }
            }

            void OnInstrument(InstrumentNotice notice)
            {
                lock (turn) display.Show(notice);
            }

            using var interrupt = new Interrupt(
                first: () =>
                {
                    lock (turn) display.Say($"pausing after {(ids.Count == 1 ? "this trial" : "the trials under way")}; 'lab resume {string.Join(' ', ids)}' goes on. Ctrl-C again aborts with clean-up");
                    lab.Pause();
                },
                second: () =>
                {
                    lock (turn) display.Say("aborting: cleaning up");
                    lab.Abort("Ctrl-C twice");
                },
                third: () => Environment.Exit((int)ExitCode.Aborted));
            void OnRefill(RefillRequested request)
            {
                lock (turn) display.Say(Wording.Refill(request));
            }

            lab.RefillWanted += OnRefill;
            lab.CampaignChanged += OnCampaign;
            lab.InstrumentNoticed += OnInstrument;
            try
            {
                foreach (var model in ids.SelectMany(id => lab.Ledger.Read(id)).Select(entry => entry.Event).OfType<ModelSeen>().DistinctBy(model => model.ToString()))
                    lock (turn) display.Say($"model {model}");
                ended = await lab.RunAsync(ids, cancellation);
                foreach (var state in ended.Where(state => ids.Contains(state.Id)))
                    lock (turn) display.Show(state);
            }
            finally
            {
                lab.RefillWanted -= OnRefill;
                lab.CampaignChanged -= OnCampaign;
                lab.InstrumentNoticed -= OnInstrument;
            }
        }

        foreach (var state in ended) Conclude(state, WriteReport(session, state), terminal, form);
        return ended.Select(Wording.Exit).FirstOrDefault(exit => exit != ExitCode.Success, ExitCode.Success);
    }

    /// <param name="campaign">Where several run; a picture that is drawn again has room for one.</param>
    private static ICampaignDisplay Display(OutputForm form, Terminal terminal, string? campaign = null) => form switch
    {
        OutputForm.Json => new JsonDisplay(terminal.Out, campaign),
        OutputForm.Live when campaign is null => new LiveDisplay(terminal.Console, TimeProvider.System),
        _ => new PlainDisplay(terminal.Out, campaign is null ? "" : $"{campaign}  "),
    };

    /// <returns>The path of the page.</returns>
    internal static string WriteReport(LabSession session, CampaignState state)
    {
        var directory = Path.Combine(session.Laboratory.DataDirectory, "reports");
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{state.Id}.html");
        File.WriteAllText(path, HtmlReport.Write(ReportSource.Read(session.Laboratory.Ledger, state, lab: session.Laboratory.Stations)));
        return path;
    }

    private static void Conclude(CampaignState state, string report, Terminal terminal, OutputForm form)
    {
        var to = terminal.Out;
        if (form == OutputForm.Json)
        {
            to.WriteLine(System.Text.Json.JsonSerializer.Serialize(new { ended = JsonForms.Campaign(state), report }, JsonForms.Line));
            return;
        }

        to.WriteLine();
        to.WriteLine($"{state.Id}: {Wording.Phase(state)}, {state.Trials.Count(trial => trial.Outcome is not null)} trials");
        if (state.Best is { } best)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"best: trial {best.Number}  {Wording.Recipe(best)}  {Wording.Outcome(state.Plan, best.Outcome)}"));
        foreach (var trade in state.Trades)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trade-off: trial {trade.Number}  {Wording.Recipe(trade)}  {Wording.Outcome(state.Plan, trade.Outcome)}"));
        if (state.Phase == CampaignPhase.Paused) to.WriteLine($"go on with: lab resume {state.Id}");
        to.WriteLine($"report: {Near(report)}");
    }

    /// <summary>The short way from here, or the full path of what lies elsewhere.</summary>
    private static string Near(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
