using System.CommandLine;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LabAutomation.Lab.Commands;

/// <summary>A lab that is up for the length of one command.</summary>
internal sealed class LabSession : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _isDown;

    private LabSession(IHost host) => (_host, Laboratory) = (host, host.Services.GetRequiredService<Laboratory>());

    public Laboratory Laboratory { get; }

    /// <exception cref="LabException">It does not come up.</exception>
    public static Task<LabSession> OpenAsync(ParseResult parsed, CancellationToken cancellation) => OpenAsync(Settings.Of(parsed), cancellation);

    /// <summary>The lab of these settings, as they were read.</summary>
    /// <exception cref="LabException">It does not come up.</exception>
    public static async Task<LabSession> OpenAsync(Settings settings, CancellationToken cancellation)
    {
        var host = settings.BuildHost();
        try
        {
            await host.StartAsync(cancellation);
            return new LabSession(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the instruments that a plan names and checks the plan against what they offer.</summary>
    /// <exception cref="CampaignFileException">It does not fit.</exception>
    public Task CheckAsync(CampaignPlan plan, PersonsClear? clear, CancellationToken cancellation) => Laboratory.CheckAsync(plan, cancellation, clear);

    /// <summary>The same where nothing is going to be moved, so that a stopped lab need not be cleared.</summary>
    /// <exception cref="CampaignFileException">It does not fit.</exception>
    public Task ValidateAsync(CampaignPlan plan, CancellationToken cancellation) => Laboratory.ValidateAsync(plan, cancellation);

    /// <summary>A campaign that can begin in a lab: its instruments can be used, it fits them, and no samples of others are in its way. The lab goes down where it does not begin.</summary>
    /// <param name="begin">Puts it on record; the lab is its own from then on.</param>
    /// <param name="say">Told in full why it cannot begin, which may quote a device: for the person, not for agents.</param>
    /// <exception cref="NotReadyException">It cannot begin.</exception>
    public static async Task<ReadyCampaign> ReadyAsync(Func<CancellationToken, Task<LabSession>> open, CampaignPlan plan, Func<LabSession, CampaignAuthorised, BegunCampaign> begin, Action<string> say, CancellationToken cancellation)
    {
        LabSession? lab = null;
        try
        {
            lab = await open(cancellation);
            return await lab.Laboratory.ReadyAsync(plan, authorised => begin(lab, authorised), lab.DisposeAsync, cancellation);
        }
        catch (Exception error)
        {
            if (lab is not null) await lab.DisposeAsync();
            if (error is not OperationCanceledException) say($"campaign '{plan.Name}' does not begin: {error.Message}");
            throw error switch
            {
                LabException { Fault: LabFault.NotNow or LabFault.InUse or LabFault.Storage } => new NotReadyException(error.Message, error),
                LabException { Fault: LabFault.Configuration } => new NotReadyException("the lab's configuration is not right, which the person has been told", error),
                LabException { Fault: LabFault.Instrument } => new NotReadyException("an instrument that it uses cannot be used now, which the person has been told", error),
                CampaignFileException => new NotReadyException("it does not fit what the instruments offer now; 'check_campaign' tells more", error),
                _ => error,
            };
        }
    }

    /// <summary>Takes the lab down.</summary>
    /// <returns>What the program exits with: 0 is not for a device that could not be made safe, which the log names.</returns>
    public async Task<ExitCode> DownAsync(ExitCode code)
    {
        await DisposeAsync();
        return code is ExitCode.Success && Laboratory.NotSafe.Count > 0 ? ExitCode.Instrument : code;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDown) return;
        _isDown = true;
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
