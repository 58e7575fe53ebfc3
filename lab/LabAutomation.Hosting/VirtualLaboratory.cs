using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Simulators.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>
/// The lab of a configuration in virtual time: the same drivers, agents and record as in the real one, on one thread, by a clock that jumps to what
/// is due next. All instruments are simulated. The same configuration and seed give the same record.
/// </summary>
public sealed class VirtualLaboratory : IDisposable
{
    /// <summary>When virtual labs begin, unless another time is given.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>How long the simulated person takes to refill what runs out.</summary>
    private static readonly TimeSpan RefillAfter = TimeSpan.FromMinutes(15);

    private readonly IHost _host;
    private bool _isUp;

    private VirtualLaboratory(IHost host, VirtualLoop loop) => (_host, Loop, Laboratory) = (host, loop, host.Services.GetRequiredService<Laboratory>());

    public VirtualLoop Loop { get; }

    public Laboratory Laboratory { get; }

    /// <exception cref="LabException">A key is not known, or an instrument is not simulated.</exception>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    public static VirtualLaboratory Of(IConfiguration configuration, InstrumentFamilies? families = null, DateTimeOffset? beginning = null) =>
        Of(configuration, families, new VirtualTime(beginning ?? Beginning), null);

    /// <inheritdoc cref="Of(IConfiguration, InstrumentFamilies?, DateTimeOffset?)"/>
    /// <param name="time">Goes on from where it is.</param>
    /// <param name="faults">What goes wrong in it; nothing where null.</param>
    internal static VirtualLaboratory Of(IConfiguration configuration, InstrumentFamilies? families, VirtualTime time, FaultInjector? faults)
    {
        var host = LabHost.Build(configuration, families, new VirtualGround(time, faults));
        try
        {
            var instruments = host.Services.GetRequiredService<IOptions<InstrumentListOptions>>().Value;
            if (instruments.Instruments.FirstOrDefault(instrument => instrument.Connection != InstrumentOptions.Simulated) is { } real)
                throw new LabException(LabFault.Configuration, $"instrument '{real.Name}' is not simulated (its Connection is '{real.Connection}'): it has no virtual time");
            if (host.Services.GetRequiredService<IOptions<BrokerOptions>>().Value.IsElsewhere)
                throw new LabException(LabFault.Configuration, "a virtual lab has a broker of its own; leave Broker:Host out");
            var loop = new VirtualLoop(time);
            faults?.Begin(loop);
            return new VirtualLaboratory(host, loop);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Runs work in the lab until it ends, on the calling thread; the lab comes up before the first.</summary>
    /// <exception cref="StalledException">It waits for what nobody will do; the message says what is outstanding.</exception>
    /// <exception cref="LabException">The lab does not come up.</exception>
    /// <exception cref="OperationCanceledException">Somebody wanted it to end.</exception>
    public T Run<T>(Func<Laboratory, Task<T>> work, CancellationToken cancellation = default)
    {
        try
        {
            Loop.Cancellation = cancellation;
            return Loop.Run(async () =>
            {
                if (!_isUp) await Laboratory.StartAsync(CancellationToken.None);
                _isUp = true;
                return await work(Laboratory);
            });
        }
        catch (StalledException stalled) when (_isUp && !stalled.IsTold)
        {
            throw new StalledException(stalled.At, $"{stalled.Message}. {Outstanding()}");
        }
        finally
        {
            Loop.Cancellation = CancellationToken.None;
        }
    }

    /// <summary>Checks a campaign against the lab and runs it until it ends or pauses.</summary>
    /// <param name="within">Lab time after which it rests at the next trial; none where null.</param>
    /// <exception cref="CampaignFileException">It does not fit.</exception>
    /// <exception cref="StalledException">It waits for what nobody will do.</exception>
    public CampaignState Run(CampaignPlan plan, TimeSpan? within = null, CancellationToken cancellation = default) => Run([plan], [], within, cancellation)[0];

    /// <summary>The same for several campaigns side by side.</summary>
    /// <inheritdoc cref="Run(CampaignPlan, TimeSpan?, CancellationToken)"/>
    public ImmutableArray<CampaignState> Run(IReadOnlyList<CampaignPlan> plans, TimeSpan? within = null) => Run(plans, [], within);

    /// <summary>The same beside campaigns that are on its record and are taken up again; of what nobody knows there, nobody finds out.</summary>
    internal ImmutableArray<CampaignState> Run(IReadOnlyList<CampaignPlan> plans, IReadOnlyList<CampaignState> resumed, TimeSpan? within, CancellationToken cancellation = default) => Run(async lab =>
    {
        foreach (var plan in resumed.Select(state => state.Plan).Concat(plans)) await lab.CheckAsync(plan, CancellationToken.None);
        foreach (var state in resumed) lab.Resume(CampaignRecord.Find(lab.Ledger, state.Id), [.. state.Unknown.Select(action => action.Intent.Action)], "nobody finds out in the virtual lab");
        string[] ids = [.. resumed.Select(state => state.Id), .. plans.Select(plan => lab.Begin(plan))];
        using var refills = new SimulatedRefills(lab, Loop.Clock, () => RefillAfter).Attend();
        await using var end = within is { } length ? Loop.Clock.CreateTimer(_ => lab.Pause(), null, length, Timeout.InfiniteTimeSpan) : null;
        var work = lab.RunAsync(ids, CancellationToken.None);
        return await Standstill.WatchAsync(lab, work, Loop.Clock, () => true) ? await work : throw new StalledException(Loop.Clock.GetUtcNow(), Standing());
    }, cancellation);

    /// <summary>Stops the lab in order, as far as the loop goes on; not at all where it was halted.</summary>
    internal void Close()
    {
        var wasUp = _isUp;
        _isUp = false;
        if (wasUp && !Loop.IsHalted) Loop.Run(async () => await Laboratory.DisposeAsync());
    }

    public void Dispose()
    {
        Close();
        Laboratory.Abandon();
        _host.Dispose();
        Loop.Clock.DropTimers();
    }

    /// <summary>Who waits for whom, by the record.</summary>
    private string Outstanding() => Standstill.Tell(Laboratory.Ledger.Read());

    /// <summary>That nothing goes on, and who waits for whom.</summary>
    internal string Standing() => $"nothing went on record for {Standstill.Quiet.TotalHours} h or more. {Outstanding()}";
}
