using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>
/// A driver that runs somewhere, reached over the wire only. With a program it can be killed, stopped and started again. One harness
/// serves all assertions; before each the unit is cleared where it is aborted.
/// </summary>
/// <param name="connect">Makes a client from its id.</param>
/// <param name="program">The driver's program; null where somebody else started it. Whoever made it disposes it.</param>
public sealed class WireHarness(InstrumentTopics topics, Func<string, ILabBus> connect, TimeProvider clock, DriverProgram? program = null) : IConformanceHarness
{
    /// <summary>Every client id that the kit uses over the wire in any case; they may do what agents may.</summary>
    public static IReadOnlyList<string> Clients { get; } =
        [ConformanceBroker.IdOf(ConformanceClient.Caller), ConformanceBroker.IdOf(ConformanceClient.Witness), ConformanceBroker.IdOf(ConformanceClient.Late), ConformanceBroker.Tidy];

    /// <summary>The client id of the driver of another instrument; see <see cref="HasStranger"/>.</summary>
    public static string Stranger => ConformanceBroker.IdOf(ConformanceClient.Stranger);

    /// <summary>The client id of an interlock; see <see cref="HasInterlock"/>.</summary>
    public static string Interlock => ConformanceBroker.IdOf(ConformanceClient.Interlock);

    public InstrumentTopics Topics => topics;

    public HarnessAbilities Can =>
        (program is null ? HarnessAbilities.None : HarnessAbilities.Kill | HarnessAbilities.Stop | HarnessAbilities.Freeze)
        | (EffectsFile is null ? HarnessAbilities.None : HarnessAbilities.CountEffects)
        | (Hands is null ? HarnessAbilities.None : HarnessAbilities.BusLink | HarnessAbilities.Broker)
        | (Twin is null ? HarnessAbilities.None : HarnessAbilities.LateDeath)
        | (HasStranger ? HarnessAbilities.Stranger : HarnessAbilities.None)
        | (HasInterlock ? HarnessAbilities.Interlock : HarnessAbilities.None);

    public TimeProvider Clock => clock;

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Slack => TimeSpan.FromSeconds(0.5);

    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the device itself writes a line for each effect; null where it does not.</summary>
    public string? EffectsFile { get; init; }

    /// <summary>Whether the broker has an account <c>kit-stranger</c> that may do what the driver of another instrument may.</summary>
    public bool HasStranger { get; init; }

    /// <summary>Whether the broker has an account <c>kit-interlock</c> that may do what the interlock may, and no other driver, which a trip would stop too.</summary>
    public bool HasInterlock { get; init; }

    /// <summary>As the driver's author says; null where nobody does.</summary>
    public TimeSpan? BrokerLease { get; init; }

    /// <summary>A client id of the broker that may do what the driver may; null where there is none.</summary>
    public string? Twin { get; init; }

    /// <summary>What can be done to the broker and to the driver's link; null where nothing can.</summary>
    public BrokerHands? Hands { get; init; }

    public bool? Simulated => null;

    public long DeviceBytes => throw Cannot("count bytes");

    public bool? IsDeviceAtRest => null;

    public IReadOnlyList<string> Effects => EffectsFile is null ? throw Cannot("count effects")
        : File.Exists(EffectsFile) ? File.ReadAllLines(EffectsFile)
        : throw new ConformanceFailure($"the file '{EffectsFile}', to which the device itself adds a line for each effect, once the driver is up", "no such file");

    public string Graph => throw Cannot("see a graph");

    public string DriverGraph => throw Cannot("see a graph");

    public (string Initial, IReadOnlyList<(string From, string To)> Steps) DriverStates => throw Cannot("see a driver's states");

    public async Task<ILabBus> ConnectAsync(ConformanceClient client, CancellationToken cancellation) => await ConnectAsync(ConformanceBroker.IdOf(client), cancellation);

    public async Task StartAsync(CancellationToken cancellation)
    {
        await using var bus = await ConnectAsync(ConformanceBroker.Tidy, cancellation);
        var heard = new Witness();
        await bus.SubscribeAsync(topics.Liveness, heard.Take, cancellation);
        await bus.SubscribeAsync(topics.State, heard.Take, cancellation);
        var fresh = program?.IsRunning == false;
        var before = fresh ? (await heard.SeeAsync(LastOf<Liveness>(topics.Liveness), 0.2 * Patience))?.Epoch ?? 0 : -1;
        if (fresh) program!.Start();
        var state = await heard.SeeAsync(all => LastOf<StateFrame>(topics.State)(all) is { Unit: UnitState.Idle or UnitState.Aborted or UnitState.Execute } settled && settled.Epoch > before ? settled : null, 2 * Patience)
            ?? throw new ConformanceFailure(fresh ? $"a driver whose unit is Idle or Aborted in an epoch above {before}, after its program was started" : "a driver that runs", program?.Trouble ?? "none was heard");
        if (state.Unit != UnitState.Aborted) return;
        await bus.PublishAsync(BusMessage.Of(topics.Control("clear"), new ControlFrame(null, "the conformance kit", "before the next check", clock.GetUtcNow())), cancellation);
        await heard.SeeAsync(all => LastOf<StateFrame>(topics.State)(all) is { Unit: UnitState.Idle } idle ? idle : null, Patience);
    }

    /// <summary>Looks for the file of effects once the driver is up, and starts it where need be.</summary>
    /// <returns>False where a driver is up and the file is not there. Where no driver is, the assertions say so.</returns>
    public async Task<bool> HasEffectsAsync(CancellationToken cancellation)
    {
        if (EffectsFile is null || File.Exists(EffectsFile)) return true;
        try
        {
            await StartAsync(cancellation);
        }
        catch (ConformanceFailure)
        {
            return true;
        }

        return File.Exists(EffectsFile);
    }

    public Task KillAsync() => program?.KillAsync() ?? throw Cannot("kill what it did not start");

    public Task StopAsync(CancellationToken cancellation) => program?.StopAsync(cancellation) ?? throw Cannot("stop what it did not start");

    public Task KillAtBoundary(int boundary) => throw Cannot("see a journal");

    public Task<bool> StartTwinAsync(bool ownJournal, CancellationToken cancellation) => throw Cannot("start a second host");

    public Task RebuildAsync(CancellationToken cancellation) => throw Cannot("build a device");

    public void ExchangeDevice() => throw Cannot("exchange a device");

    public void HoldAnswers(bool held) => throw Cannot("hold answers");

    public void SpoilAnswers(bool spoilt) => throw Cannot("spoil answers");

    public void FillDisk(bool full) => throw Cannot("fill a disk");

    public Task RestartBrokerAsync() => (Hands ?? throw Cannot("restart the broker")).Restart();

    public void CutBusLink() => (Hands ?? throw Cannot("cut a link")).Cut();

    public void ShortenBrokerLease(TimeSpan lease) => throw Cannot("tell the driver how long it goes without a broker");

    public void MendBusLink() => (Hands ?? throw Cannot("mend a link")).Mend();

    public async Task TellDeathAsync(Liveness death, CancellationToken cancellation)
    {
        await using var grave = await ConnectAsync(Twin ?? throw Cannot("speak in the driver's name"), cancellation);
        await grave.PublishAsync(BusMessage.Retained(topics.Liveness, death), cancellation);
    }

    public void Freeze(bool frozen) => (program ?? throw Cannot("freeze what it did not start")).Freeze(frozen);

    /// <summary>Between two assertions the driver goes on.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<ILabBus> ConnectAsync(string client, CancellationToken cancellation)
    {
        var bus = connect(client);
        await bus.StartAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, cancellation);
        return bus;
    }

    private static Func<IReadOnlyList<BusMessage>, T?> LastOf<T>(string topic)
        where T : class => all => ConformanceRun.Frames<T>(all, topic).LastOrDefault();

    private static NotSupportedException Cannot(string what) => new($"over the wire alone the kit cannot {what}");
}

/// <summary>Hands on a broker that a running driver uses.</summary>
/// <param name="Cut">Breaks the driver's link without a farewell and keeps it broken.</param>
/// <param name="Mend">Lets the driver connect again.</param>
/// <param name="Restart">Ends the broker and starts it again.</param>
public sealed record BrokerHands(Action Cut, Action Mend, Func<Task> Restart);
