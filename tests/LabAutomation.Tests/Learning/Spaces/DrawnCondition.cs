using System.Globalization;

namespace LabAutomation.Tests.Learning.Spaces;

/// <summary>A constraint of two parameters as it is written, and whether it holds.</summary>
/// <param name="Parameters">The numbers of the parameters.</param>
internal sealed record DrawnCondition(string Text, int[] Parameters, Func<double[], bool> Holds)
{
    /// <summary>What a program that reads decimals may lose.</summary>
    private const double Slack = 1e-7;

    public static DrawnCondition Of(Random random, (int Number, string Name)[] parameters)
    {
        var (one, other) = (parameters[0].Name, parameters[1].Name);
        var limit = new[] { 0.3, 0.6, 1, 1.5, 2, 5 }[random.Next(6)];
        (string Text, Func<double, double, bool> Holds) drawn = random.Next(8) switch
        {
            0 => ($"{one} + 2 * {other} <= {Written(limit)}", (a, b) => a + 2 * b <= limit + Slack),
            1 => ($"{one} + 0.1 * {other} >= {Written(limit)}", (a, b) => a + 0.1 * b >= limit - Slack),
            2 => ($"{one} + {other} == {Written(limit)}", (a, b) => Math.Abs(a + b - limit) <= Slack),
            3 => ($"{one} - {other} <= {Written(limit - 1)}", (a, b) => a - b <= limit - 1 + Slack),
            4 => ($"{one} * {other} <= {Written(limit)}", (a, b) => a * b <= limit + Slack),
            5 => ($"{one} * {one} + {other} * {other} <= {Written(limit)}", (a, b) => a * a + b * b <= limit + Slack),
            6 => ($"{one} * {other} == {Written(limit / 5)}", (a, b) => Math.Abs(a * b - limit / 5) <= Slack),
            _ => ($"{one} >= {Written(limit)} or {other} > {one} * {one}", (a, b) => a >= limit - Slack || b > a * a - Slack),
        };
        return new DrawnCondition(drawn.Text, [.. parameters.Select(parameter => parameter.Number)], x => drawn.Holds(x[0], x[1]));
    }

    private static string Written(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
