using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Reasoning;

/// <summary>How much volume one action of a trial asks of an instrument.</summary>
/// <param name="Most">mL, whichever instrument plays the role.</param>
/// <param name="Uncounted">Why it may be more than that; null where it is not.</param>
/// <param name="Moves">Whether the instrument moves volume by anything that it can do, as far as its driver says; also where nobody says what it can.</param>
internal readonly record struct VolumeUse(double Most, string? Uncounted, bool Moves)
{
    private static readonly Unit Milliliter = Unit.Parse("mL");

    private static readonly Unit Flow = Unit.Parse("mL/min");

    public static VolumeUse Of(CampaignPlan plan, ActionPlan action, LabStations lab, IReadOnlyCollection<Birth> births)
    {
        var search = ExtentSearch.For(plan, action);
        var players = lab.Players(action.Instrument);
        var commands = births.Where(birth => players.Contains(birth.Instrument)).Select(birth => (Birth: birth, Command: birth.Commands.FirstOrDefault(command => command.Name == action.Command))).ToArray();
        if (commands.Length == 0 || commands.Any(one => one.Command is null)) return new VolumeUse(Given(action, search), $"nobody says what its command '{action.Command}' takes", Moves: true);
        return new VolumeUse(commands.Max(one => Asked(action, one.Command!, search)), commands.Select(one => Why(action, one.Birth, one.Command!)).OfType<string>().FirstOrDefault(), commands.Any(one => one.Birth.Commands.Any(MovesVolume)));
    }

    private static bool MovesVolume(CommandDescription command) =>
        command.Parameters.Select(parameter => parameter.Unit).Concat(command.Outputs.Select(output => output.Unit)).Any(unit => IsVolume(unit) || unit.Fits(Flow));

    /// <summary>What is left out is what the driver takes then.</summary>
    private static double Asked(ActionPlan action, CommandDescription command, ExtentSearch search) =>
        Given(action, search) + command.Parameters.Where(parameter => IsVolume(parameter.Unit) && !action.Arguments.ContainsKey(parameter.Name)).Sum(parameter => Math.Abs(parameter.Unit.Convert(parameter.Default ?? 0, Milliliter)));

    private static double Given(ActionPlan action, ExtentSearch search) => action.Arguments.Values.Where(formula => IsVolume(formula.Unit)).Sum(formula =>
        search.Of(formula.Root) is { } extent ? formula.Unit.Convert(Math.Max(Math.Abs(extent.Range.Low), Math.Abs(extent.Range.High)), Milliliter) : 0);

    /// <summary>
    /// A command that takes no volume moves none if it changes nothing, or if its driver says of another one what that uses up, and that this one only brings about a condition.
    /// Any other may run a pump for a time, or open a valve.
    /// </summary>
    private static string? Why(ActionPlan action, Birth birth, CommandDescription command)
    {
        var isKnown = command.Parameters.Any(parameter => IsVolume(parameter.Unit)) || command.Effect is Effect.Read
            || (command.Effect is Effect.Set && birth.Commands.Any(other => other.Parameters.Any(parameter => parameter.Draws && IsVolume(parameter.Unit))));
        return isKnown ? null : $"its command '{action.Command}' takes no volume, and may move some";
    }

    private static bool IsVolume(Unit unit) => unit.Fits(Milliliter);
}
