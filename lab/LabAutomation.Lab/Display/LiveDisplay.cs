using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LabAutomation.Lab.Display;

/// <summary>Trials, best so far, instruments and time left in one picture that is drawn again ten times a second at most.</summary>
internal sealed class LiveDisplay : ICampaignDisplay
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _instruments = new(StringComparer.Ordinal);
    private readonly Queue<string> _said = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly Task _drawing;
    private CampaignState? _state;
    private int _trialsAtBegin;

    public LiveDisplay(IAnsiConsole console, TimeProvider clock)
    {
        (_clock, _began) = (clock, clock.GetTimestamp());
        _drawing = console.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Top).StartAsync(DrawAsync);
    }

    public void Show(CampaignState state)
    {
        lock (_lock)
        {
            if (_state is null) _trialsAtBegin = state.Trials.Count(trial => trial.Outcome is not null);
            _state = state;
        }
    }

    public void Show(InstrumentNotice notice)
    {
        lock (_lock)
        {
            switch (notice)
            {
                case InstrumentNotice.ChangedState changed:
                    _instruments[notice.Instrument] = changed.State.Unit switch { UnitState.Execute or UnitState.Starting or UnitState.Completing => "[green]busy[/]", UnitState.Aborted or UnitState.Aborting => "[red]aborted[/]", _ => "[grey]ready[/]" };
                    break;
                case InstrumentNotice.WentOnline { Online: false }:
                    _instruments[notice.Instrument] = "[red]offline[/]";
                    break;
                case InstrumentNotice.Said said:
                    Remember($"{notice.Instrument}: {said.Event.Message}");
                    break;
                case InstrumentNotice.BreakerWent breaker:
                    Remember($"{notice.Instrument} {Wording.Breaker(breaker.Changed)}");
                    break;
                case InstrumentNotice.Misspoke misspoke:
                    Remember($"{notice.Instrument}: message set aside: {misspoke.Reason}");
                    break;
            }
        }
    }

    public void Say(string line)
    {
        lock (_lock) Remember(line);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _drawing;
        _ended.Dispose();
    }

    private async Task DrawAsync(LiveDisplayContext context)
    {
        while (!_ended.IsCancellationRequested)
        {
            context.UpdateTarget(Picture());
            await Task.Delay(TimeSpan.FromMilliseconds(100), _clock, _ended.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        context.UpdateTarget(Picture());
    }

    private IRenderable Picture()
    {
        lock (_lock)
        {
            if (_state is null) return new Text("starting …");
            var rows = new List<IRenderable> { Heading(_state), Trials(_state), Instruments() };
            rows.AddRange(_said.Select(line => new Markup($"[grey]{Markup.Escape(line)}[/]")));
            return new Rows(rows);
        }
    }

    private Markup Heading(CampaignState state)
    {
        var best = Wording.Best(state) is { } value
            ? $"best [bold green]{value}[/]{(state.Best is { } trial ? string.Create(CultureInfo.InvariantCulture, $" (trial {trial.Number})") : "")}"
            : state.Trials.Any(trial => trial.Given is not null) ? "" : "no result yet";
        var finished = state.Trials.Count(trial => trial.Outcome is not null);
        var (done, most) = (finished, state.Plan.Goal.Until.Trials);
        var bar = new string('━', 24 * Math.Min(done, most) / most);
        var elapsed = _clock.GetElapsedTime(_began);
        var ran = finished - _trialsAtBegin;
        var left = ran > 0 && state.Phase == CampaignPhase.Running ? $"  at most {Clock(elapsed / ran * (most - done))} left" : "";
        return new Markup($"[bold]{Markup.Escape(state.Id)}[/]  {Markup.Escape(Wording.Goal(state.Plan))}\n[blue]{bar}[/][grey]{new string('━', 24 - bar.Length)}[/] {done}/{most} trials  {best}  {Clock(elapsed)}{left}");
    }

    private static Table Trials(CampaignState state)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("trial").RightAligned());
        var hasStations = state.Trials.Any(trial => trial.Station is not null);
        if (hasStations) table.AddColumn("at");
        foreach (var parameter in state.Plan.Parameters) table.AddColumn(new TableColumn(Markup.Escape(parameter.Name)).RightAligned());
        foreach (var quantity in state.Plan.Goal.Quantities) table.AddColumn(new TableColumn(Markup.Escape(quantity)).RightAligned());
        table.AddColumn("step");
        var standing = Wording.Standing(state);
        foreach (var trial in state.Trials.Skip(Math.Max(0, state.Trials.Count - 12)))
        {
            var style = standing.Contains(trial.Number) ? "bold green" : trial.Outcome is TrialOutcome.Failed ? "red" : "default";
            var cells = new List<string> { trial.Number.ToString(CultureInfo.InvariantCulture) };
            if (hasStations) cells.Add(trial.Station ?? "");
            cells.AddRange(trial.Values.Select(value => Wording.Short(value.Value)));
            var measured = trial.Given;
            cells.AddRange(state.Plan.Goal.Quantities.Select(name => measured?.Of(name, state.Plan.Goal).ToString("G4", CultureInfo.InvariantCulture) ?? ""));
            cells.Add(trial.Outcome switch
            {
                TrialOutcome.Failed failed => failed.Reason,
                TrialOutcome.Abandoned abandoned => $"abandoned: {abandoned.Reason}",
                TrialOutcome.Measured kept => state.Plan.Goal.Keeps(kept) ? "" : "breaks a limit",
                _ => Step(state, trial),
            });
            table.AddRow([.. cells.Select(cell => new Markup($"[{style}]{Markup.Escape(cell)}[/]"))]);
        }

        return table;
    }

    private static string Step(CampaignState state, TrialState trial) => trial.Waits is { } waits ? $"waits: {waits.Reason}" :
        state.Plan.Steps.LastOrDefault(step => trial.Actions.Keys.Any(place => place.Step == step.Name))?.Name is { } step ? $"{step} …" : "planned";

    private Markup Instruments() => new(string.Join("   ", _instruments.Select(pair => $"{Markup.Escape(pair.Key)} {pair.Value}")));

    private void Remember(string line)
    {
        _said.Enqueue(line);
        while (_said.Count > 4) _said.Dequeue();
    }

    private static string Clock(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
}
