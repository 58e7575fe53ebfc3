using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

public sealed class SimulatedDeviceTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("device").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void It_goes_on_from_its_directory_after_its_program_was_killed()
    {
        var killed = Create();
        killed.Connect().Ask("++t").Should().Be("count001count002");
        clock.Advance(TimeSpan.FromSeconds(5));

        using var device = Create();
        device.Connect().Ask("?").Should().Be("count003", "what was due in between has happened");
        device.Effects.All.Select(effect => effect.Amount).Should().Equal(1, 2);
    }

    [Fact]
    public void State_and_effect_are_on_disk_before_it_answers()
    {
        using var device = Create();
        var line = device.Connect();
        line.Write("+"u8);

        EffectLedger.Read(directory).Should().Equal(new Effect(1, clock.GetUtcNow(), "counter", "count", 1));
        File.ReadAllLines(Path.Combine(directory, "device.jsonl"))[^1].Should().StartWith("{\"format\":1,\"seed\":3,").And.Contain("\"count\":1");
        line.Hear().Should().Be("count001");
    }

    [Fact]
    public void A_directory_tells_how_far_its_time_got()
    {
        SimulatedDevice.TimeIn(Path.Combine(directory, "none")).Should().BeNull();
        clock.Advance(TimeSpan.FromHours(1));
        using (var device = Create()) device.Connect().Write("+"u8);

        SimulatedDevice.TimeIn(directory).Should().Be(clock.GetUtcNow());
    }

    [Fact]
    public void Another_seed_or_a_damaged_file_is_refused_with_a_reason()
    {
        using (var device = Create()) device.Connect().Write("+"u8);
        FluentActions.Invoking(() => Create(seed: 4)).Should().Throw<InvalidDataException>().WithMessage("the device in*has seed 3, not 4*");
        File.AppendAllText(Path.Combine(directory, "device.jsonl"), "{\n");
        FluentActions.Invoking(() => Create()).Should().Throw<InvalidDataException>().WithMessage("*device.jsonl*empty directory*");
    }

    [Fact]
    public void A_later_connection_takes_the_line_and_a_disposed_device_takes_no_more_bytes()
    {
        var device = Create();
        var first = device.Connect();
        var second = device.Connect();
        first.Invoking(line => line.Write("+"u8)).Should().Throw<IOException>().WithMessage("*taken over*");
        second.Ask("?").Should().Be("count000");

        device.Dispose();

        second.Invoking(line => line.Write("+"u8)).Should().Throw<IOException>().WithMessage("*disposed*");
        device.Invoking(gone => gone.Connect()).Should().Throw<ObjectDisposedException>();
        EffectLedger.Read(directory).Should().BeEmpty();
    }

    [Fact]
    public void What_is_around_it_is_asked_for_by_type()
    {
        using var device = Create();
        device.Surroundings<string>().Should().Be("on the table");
        device.Invoking(d => d.Surroundings<Version>()).Should().Throw<InvalidOperationException>().WithMessage("'counter' has no Version; around it is String");
    }

    [Fact]
    public void A_family_without_a_simulated_device_is_refused_with_those_that_have_one() =>
        FluentActions.Invoking(() => new SimulatedDevice("tea-maker", 1, clock)).Should().Throw<ArgumentException>()
            .WithMessage($"*'tea-maker'*{string.Join(", ", SimulatedFamilies.BuiltIn.Names)}*");

    private SimulatedDevice Create(long seed = 3) =>
        Counter.Create(new DeviceSite("counter", seed, clock, directory, new Dictionary<string, string>(), new DeviceFaults()));
}
