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

    /// <summary>Puts a campaign on record and begins it.</summary>
    /// <exception cref="LabException">Another one runs, or the lab does not come up.</exception>
    public async Task<BegunCampaign> BeginAsync(CampaignPlan plan, CampaignAuthorised authorised, CancellationToken cancellation)
    {
        if (!_run.IsCompleted) throw new LabException(LabFault.NotNow, "a campaign of this conversation runs already; wait for its end");
        await _run;
        var lab = await open(cancellation);
        string id;
        try
        {
            await lab.CheckAsync(plan, null, cancellation);
            id = lab.Laboratory.Begin(plan, authorised);
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }

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

    private async Task RunAsync(LabSession lab, string id)
    {
        try
        {
            await using (lab)
            {
                var state = await lab.Laboratory.RunAsync(id, CancellationToken.None);
                var report = CampaignRun.WriteReport(lab, state);
                say($"campaign {id}: {Wording.Phase(state)}; {(state.Phase is CampaignPhase.Paused ? $"go on with: lab resume {id}" : $"report: {report}")}");
            }
        }
        catch (Exception error) when (error is LabException or LedgerException or IOException or UnauthorizedAccessException)
        {
            say($"campaign {id} has stopped: {error.Message}; go on with: lab resume {id}");
        }
    }
}
