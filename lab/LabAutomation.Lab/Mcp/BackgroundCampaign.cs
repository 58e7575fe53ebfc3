using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Mcp;

/// <summary>The campaign that runs while clients are served; one at a time. Where serving ends before it does, it is paused.</summary>
/// <param name="open">Brings the lab up.</param>
/// <param name="say">For whoever runs the server.</param>
internal sealed class BackgroundCampaign(Func<CancellationToken, Task<LabSession>> open, Action<string> say) : IAsyncDisposable
{
    private LabSession? _lab;
    private Task _run = Task.CompletedTask;

    /// <summary>Brings the lab up for a campaign, which begins when it is put on record.</summary>
    /// <exception cref="NotReadyException">Another one runs, or the lab does not come up.</exception>
    public async Task<ReadyCampaign> ReadyAsync(CampaignPlan plan, CancellationToken cancellation)
    {
        if (!_run.IsCompleted) throw new NotReadyException("a campaign of this conversation runs already; wait for its end");
        await _run;
        return await LabSession.ReadyAsync(open, plan, (lab, authorised) => Begin(lab, plan, authorised), say, cancellation);
    }

    private BegunCampaign Begin(LabSession lab, CampaignPlan plan, CampaignAuthorised authorised)
    {
        var id = lab.Laboratory.Begin(plan, authorised.Person, authorised);
        say($"campaign {id} begins for {authorised.Person}{(authorised.ApprovedBy is { } by ? $", approved by {by}" : "")}");
        _lab = lab;
        _run = RunAsync(lab, id);
        return new BegunCampaign(id, "runs; 'list_campaigns' and 'read_trials' tell how it goes");
    }

    /// <summary>Ends it now, with cleaning up.</summary>
    public void Abort()
    {
        say("aborting: cleaning up");
        if (!_run.IsCompleted) _lab?.Laboratory.Abort("told to stop twice");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_run.IsCompleted)
        {
            say("pausing after the trial under way; Ctrl-C again aborts with clean-up");
            _lab!.Laboratory.Pause();
        }

        await _run;
    }

    private Task RunAsync(LabSession lab, string id) => AttendAsync(id, say, async () =>
    {
        await using (lab)
        {
            var state = await lab.Laboratory.RunAsync(id, CancellationToken.None);
            var report = CampaignRun.WriteReport(lab, state);
            return $"campaign {id}: {Wording.Phase(state)}; {(state.Phase is CampaignPhase.Paused ? $"go on with: lab resume {id}" : $"report: {report}")}";
        }
    });

    /// <summary>Whatever stops a campaign, clients are served on.</summary>
    /// <param name="run">What is to be said of its end.</param>
    internal static async Task AttendAsync(string id, Action<string> say, Func<Task<string>> run)
    {
        try
        {
            say(await run());
        }
        catch (Exception error)
        {
            var isKnown = error is LabException or LedgerException or IOException or UnauthorizedAccessException;
            say($"campaign {id} has stopped: {(isKnown ? "" : $"this is a defect of the program: {error.GetType().Name}: ")}{error.Message}; go on with: lab resume {id}");
        }
    }
}
