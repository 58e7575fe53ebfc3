using System.Collections.Immutable;
using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Wire;

namespace LabAutomation.Tests.Instruments;

/// <summary>
/// One byte of an answer that is lost, doubled, changed or not the device's, at every place in turn, for every family on a line of bytes. What a protocol without a checksum cannot show, a driver cannot see; but it goes on,
/// and nothing is done a second time for it.
/// </summary>
public sealed class ByteSlipTests
{
    /// <summary>Longer than any answer of these; what lies beyond an answer strikes its last byte.</summary>
    private const int Longest = 26;

    private static readonly ByteSlipKind[] Kinds = Enum.GetValues<ByteSlipKind>();

    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public static TheoryData<string> OnALine => [.. ConformingFamilies.Names.Except(["opentrons-http", "http-beamline", "http-imager"])];

    public static TheoryData<string> OnceOnly => ["new-era-ne1000", "quantos-mtsics", "eurotherm-furnace", "preciseflex-tcs", "ika-namur"];

    [Theory]
    [MemberData(nameof(OnALine))]
    public void A_driver_that_hears_it_in_a_look_complains_of_the_line_or_the_device_and_reads_on(string family) => Run(async () =>
    {
        using var stand = Stand.Of(family, _clock);
        await using var driver = Driver(family, stand);
        await driver.ConnectAsync(CancellationToken.None);
        var known = (await driver.ReadPropertiesAsync(CancellationToken.None)).Keys.ToArray();
        var refused = 0;
        foreach (var slip in Slips(answers: 3, places: Enumerable.Range(0, Longest)))
        {
            stand.Faults.Slip = slip;
            try
            {
                await driver.ReadPropertiesAsync(CancellationToken.None);
            }
            catch (Exception error) when (error is InstrumentLinkException or InstrumentFaultException)
            {
                refused++;
            }

            stand.Faults.Slip = null;
            await driver.ConnectAsync(CancellationToken.None);
            (await driver.ReadPropertiesAsync(CancellationToken.None)).Keys.Should().Equal(known, $"{slip} is over");
        }

        refused.Should().BeGreaterThan(Longest, "most of them break the form of an answer");
        stand.Effects.Should().Be(0);
    });

    [Fact]
    public void Where_answers_carry_a_checksum_none_of_it_is_believed() => Run(async () =>
    {
        const string Family = "modbus-thermostat";
        var settings = ImmutableSortedDictionary<string, string>.Empty.Add("framing", "rtu");
        using var stand = Stand.Of(Family, _clock, settings);
        await using var driver = DriverFamilies.BuiltIn.Create(new DriverSettings(Family, settings), _ => Task.FromResult(stand.Connect()), _clock, _clock);
        await driver.ConnectAsync(CancellationToken.None);
        var (trueValues, refused) = (await driver.ReadPropertiesAsync(CancellationToken.None), 0);
        foreach (var slip in Slips(answers: 2, places: Enumerable.Range(0, Longest)))
        {
            stand.Faults.Slip = slip;
            try
            {
                (await driver.ReadPropertiesAsync(CancellationToken.None)).Should().Equal(trueValues, $"{slip} is behind a whole answer at most");
            }
            catch (InstrumentLinkException)
            {
                refused++;
            }

            stand.Faults.Slip = null;
            await driver.ConnectAsync(CancellationToken.None);
        }

        refused.Should().BeGreaterThan(Longest);
    });

    [Theory]
    [MemberData(nameof(OnceOnly))]
    public void What_has_been_done_is_never_taken_for_not_done(string family) => Run(async () =>
    {
        using var stand = Stand.Of(family, _clock);
        var scope = new ScriptedScope(_clock);
        DriverCommand command;
        await using (var gone = Driver(family, stand))
        {
            await gone.ConnectAsync(CancellationToken.None);
            command = Brief(gone, family);
            await gone.ExecuteAsync(command, scope, CancellationToken.None);
        }

        var (done, asked) = (stand.Effects, 0);
        done.Should().BePositive();
        var started = Commands.Started(command, _clock, [.. scope.Marks]);
        await using var driver = Driver(family, stand);
        foreach (var slip in Slips(answers: 4, places: Enumerable.Range(0, Longest)))
        {
            await driver.ConnectAsync(CancellationToken.None);
            stand.Faults.Slip = slip;
            try
            {
                (await driver.RecoverAsync(started, new ScriptedScope(_clock), CancellationToken.None)).Should().NotBeOfType<Recovery.DidNotHappen>($"it happened, whatever {slip} says");
                asked++;
            }
            catch (Exception error) when (error is InstrumentLinkException or InstrumentFaultException)
            {
                // The host connects anew and asks again.
            }

            stand.Faults.Slip = null;
        }

        asked.Should().BePositive();
        stand.Effects.Should().Be(done);
    });

    [Theory]
    [MemberData(nameof(OnceOnly))]
    public void In_the_midst_of_an_action_it_does_nothing_twice(string family) => Run(async () =>
    {
        var once = await EffectsOfAsync(family, null);
        foreach (var slip in Slips(answers: 7, places: [0, 3, 7, 12, Longest]))
            (await EffectsOfAsync(family, slip)).Should().BeInRange(0, once, $"{slip}");
    });

    /// <summary>The device's effects of one action, whose driver's program ends where the line fails and is started again.</summary>
    private async Task<int> EffectsOfAsync(string family, ByteSlip? slip)
    {
        using var stand = Stand.Of(family, _clock);
        var scope = new ScriptedScope(_clock);
        DriverCommand command;
        await using (var first = Driver(family, stand))
        {
            await first.ConnectAsync(CancellationToken.None);
            command = Brief(first, family);
            stand.Faults.Slip = slip;
            try
            {
                await first.ExecuteAsync(command, scope, CancellationToken.None);
                return stand.Effects;
            }
            catch (Exception error) when (slip is not null && error is InstrumentLinkException or InstrumentFaultException)
            {
                stand.Faults.Slip = null;
            }
        }

        await using var second = Driver(family, stand);
        await second.ConnectAsync(CancellationToken.None);
        if (await second.RecoverAsync(Commands.Started(command, _clock, [.. scope.Marks]), scope, CancellationToken.None) is Recovery.DidNotHappen) await second.ExecuteAsync(command, scope, CancellationToken.None);
        return stand.Effects;
    }

    private static IEnumerable<ByteSlip> Slips(int answers, IEnumerable<int> places) =>
        from answer in Enumerable.Range(0, answers)
        from at in places
        from kind in Kinds
        select new ByteSlip(kind, at, answer);

    private static DriverCommand Brief(IDriver driver, string family)
    {
        var sample = ConformingFamilies.SampleOf(family).Brief!;
        return Commands.Resolve(driver, sample.Command, [.. sample.Arguments.Select(argument => (argument.Key, argument.Value.Value, argument.Value.Unit.Symbol))]);
    }

    private IDriver Driver(string family, Stand stand) => ConformingFamilies.Driver(family, _ => Task.FromResult(stand.Connect()), _clock, _clock);

    private void Run(Func<Task> test) => new VirtualLoop(_clock).Run(test);
}
