using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using DeviceEffect = LabAutomation.Simulators.Worlds.Effect;

namespace LabAutomation.Tests.Chaos;

/// <summary>What cannot be taken back is counted by what the devices wrote down themselves.</summary>
public sealed class DeedTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Unrepeatable
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var family in ConformingFamilies.Names)
                foreach (var command in ConformingFamilies.Undriven(family).Commands.Where(command => command.Effect is Effect.Consume or Effect.Relative)) all.Add(family, command.Name);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Unrepeatable))]
    public void Every_command_that_cannot_be_taken_back_leaves_an_effect_that_is_counted(string family, string command) =>
        Deed.All.Where(deed => deed.Is(ConformingFamilies.Undriven(family).Commands.Single(one => one.Name == command))).Should().ContainSingle();

    [Theory]
    [InlineData(new[] { 850.0, 14400 }, "")]
    [InlineData(new[] { 700.0, 600, 850, 14400 }, "")]
    [InlineData(new double[] { }, "is on record as having got to 850 °C and stayed for 14400 s, and it has not")]
    [InlineData(new[] { 850.0, 60 }, "its programs: 850 °C for 60 s")]
    [InlineData(new[] { 23.4, 0 }, "its programs: 23.4 °C for 0 s")]
    public void A_furnace_has_been_as_hot_and_as_long_as_is_on_record(double[] programs, string said)
    {
        var heat = Intent(1, "furnace", "heat", ("temperature", 850, "°C"), ("duration", 4, "h"));
        DeviceEffect[] effects = [.. programs.Select((amount, k) => new DeviceEffect(k + 1, Start, "furnace", k % 2 == 0 ? "peak" : "dwelt", amount))];

        Said(HeatOracle.Judge(Evidence("furnace", "eurotherm-furnace", [heat, Done(heat, ("peak", Quantity.Of(850, "°C")))], effects)), said);
    }

    [Fact]
    public void Two_heats_need_two_programs()
    {
        ActionIntended[] heats = [.. Enumerable.Range(1, 2).Select(trial => Intent(trial, "furnace", "heat", ("temperature", 850, "°C"), ("duration", 4, "h")))];
        LabEvent[] record = [.. heats, .. heats.Select(heat => Done(heat, ("peak", Quantity.Of(850, "°C"))))];
        DeviceEffect[] one = [new(1, Start, "furnace", "peak", 850), new(2, Start, "furnace", "dwelt", 14400)];

        Said(HeatOracle.Judge(Evidence("furnace", "eurotherm-furnace", record, one)), "trial 2");
        HeatOracle.Judge(Evidence("furnace", "eurotherm-furnace", record, [.. one, new(3, Start, "furnace", "peak", 850), new(4, Start, "furnace", "dwelt", 14400)])).Should().BeEmpty();
    }

    [Theory]
    [InlineData("pick 1, place 21", "")]
    [InlineData("pick 1", "arm is on record as having put down 1 at position 21, and it has put down 0")]
    [InlineData("pick 1, place 1", "arm is on record as having put down 1 at position 21, and it has put down 0")]
    public void What_an_arm_has_carried_stands_where_it_was_to_go(string effects, string said)
    {
        var carry = Intent(1, "arm", "transfer", ("from", 1, "1"), ("to", 21, "1"));
        var list = effects.Split(", ").Select(one => one.Split(' ')).Select((one, k) => new DeviceEffect(k + 1, Start, "arm", one[0], double.Parse(one[1])));

        Said(CarriageOracle.Judge(Evidence("arm", "preciseflex-tcs", [carry, Done(carry)], [.. list])), said);
    }

    private static void Said(IEnumerable<Violation> violations, string said)
    {
        if (said.Length == 0) violations.Should().BeEmpty();
        else violations.Should().ContainSingle().Which.Message.Should().Contain(said);
    }

    private static ActionIntended Intent(int trial, string instrument, string command, params (string Name, double Value, string Unit)[] arguments) => new(
        ActionId.Derive("c", trial, command, 0, 1), trial, command, 0, instrument, command, arguments.ToImmutableSortedDictionary(one => one.Name, one => Quantity.Of(one.Value, one.Unit), StringComparer.Ordinal), Start.AddDays(1));

    private static ActionEnded Done(ActionIntended intent, params (string Name, Quantity Value)[] outputs) => new(intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(
        intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, outputs.ToImmutableSortedDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal), [], Start.AddHours(intent.Trial), Start.AddHours(intent.Trial + 5), 1));

    private static Evidence Evidence(string device, string family, IEnumerable<LabEvent> events, IReadOnlyList<DeviceEffect> effects)
    {
        var bus = new BusRecord();
        bus.Hear(BusMessage.Retained(Topics.Of("site", device).Birth, new Birth("1", device, family, new InstrumentIdentity("A", "B", "1", "1"), true, 1, "", [], [], 2, Start)));
        return new Evidence([], [.. events.Select((happened, k) => new LedgerEntry(k + 1, "c", Start, happened, ""))], new LedgerVerdict(0, "", null), effects, [], bus, ClockWasSet: false);
    }
}
