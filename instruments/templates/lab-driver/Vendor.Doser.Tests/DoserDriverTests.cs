using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;
using Vendor.Doser.Simulator;
using Device = LabAutomation.Simulators.Worlds.SimulatedDevice;

namespace Vendor.Doser.Tests;

/// <summary>The driver with its simulated device, 600 lab seconds a second.</summary>
public sealed class DoserDriverTests : IAsyncDisposable
{
    private readonly AcceleratedTimeProvider _clock = new(TimeProvider.System, 600, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Device _device;
    private readonly IDriver _driver;
    private readonly RecordedScope _scope;

    public DoserDriverTests()
    {
        _device = new Device(Simulator.DoserDevice.SetUp, new DeviceSite("doser-1", 1, _clock, null, new Dictionary<string, string>(), new DeviceFaults()));
        _driver = DoserFamily.Family.Driver(
            new DriverSettings(DoserFamily.Name, ImmutableSortedDictionary<string, string>.Empty), _ => Task.FromResult(_device.Connect()), _clock, TimeProvider.System);
        _scope = new RecordedScope(_clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync();
        _device.Dispose();
    }

    [Fact]
    public async Task A_dose_ends_when_the_volume_is_delivered()
    {
        await _driver.ConnectAsync(CancellationToken.None);

        var outcome = await _driver.ExecuteAsync(Dose(2), _scope, CancellationToken.None);

        Assert.Equal(ActionStatus.Succeeded, outcome.Status);
        Assert.Equal(2, outcome.Outputs["volume"].Value, tolerance: 0.001);
        Assert.Equal(2, Assert.Single(_device.Effects.All).Amount);
    }

    [Fact]
    public async Task An_empty_bottle_ends_a_dose_early_and_the_outcome_says_how_much_was_delivered()
    {
        _device.Surroundings<DoserBottle>().Exchange(1);
        await _driver.ConnectAsync(CancellationToken.None);

        var outcome = await _driver.ExecuteAsync(Dose(5), _scope, CancellationToken.None);

        Assert.Equal(ActionStatus.Failed, outcome.Status);
        Assert.Contains("bottle is empty", outcome.Message, StringComparison.Ordinal);
        Assert.InRange(outcome.Outputs["volume"].Value, 0.97, 1.03);
    }

    [Fact]
    public async Task A_dose_that_was_marked_and_never_sent_did_not_happen()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        var started = new StartedAction(Dose(2), _clock.GetUtcNow(), [new ActionMark("dose", "0.000", _clock.GetUtcNow())]);

        Assert.IsType<Recovery.DidNotHappen>(await _driver.RecoverAsync(started, _scope, CancellationToken.None));
    }

    [Fact]
    public async Task A_count_that_one_wrong_digit_makes_that_of_before_is_not_believed()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        await _driver.ExecuteAsync(Dose(2), _scope, CancellationToken.None);
        var started = new StartedAction(Dose(2), _clock.GetUtcNow(), [new ActionMark("dose", "1.000", _clock.GetUtcNow())]);

        // STATE IDLE 2.000 arrives as STATE IDLE 1.000.
        _device.Faults.Slip = new ByteSlip(ByteSlipKind.Changed, At: 11);
        await Assert.ThrowsAsync<InstrumentLinkException>(() => _driver.RecoverAsync(started, _scope, CancellationToken.None));

        await _driver.ConnectAsync(CancellationToken.None);
        Assert.IsType<Recovery.Happened>(await _driver.RecoverAsync(started, _scope, CancellationToken.None));
    }

    [Fact]
    public async Task What_became_of_a_dose_cannot_be_told_where_the_pump_counts_less_than_before_it()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        var started = new StartedAction(Dose(2), _clock.GetUtcNow(), [new ActionMark("dose", "7.500", _clock.GetUtcNow())]);

        var recovery = Assert.IsType<Recovery.Unknown>(await _driver.RecoverAsync(started, _scope, CancellationToken.None));

        Assert.Contains("less than the 7.5 mL before the dose", recovery.Reason, StringComparison.Ordinal);
        Assert.Empty(_device.Effects.All);
    }

    private DriverCommand Dose(double volume) => new(
        ActionId.Derive("test", 1, "dose", 1, 1),
        _driver.Commands.Single(command => command.Name == "dose"),
        ImmutableSortedDictionary<string, double>.Empty.Add("volume", volume));
}
