using System.Globalization;
using System.Net;
using System.Text;
using LabAutomation.Learning.Diagnosis;

namespace LabAutomation.Lab.Reports;

/// <summary>Shares of the variance as bars: solid what a parameter does alone, pale what it does with others, a whisker for the doubt.</summary>
internal static class ImportanceBars
{
    private const int Width = 720, Left = 150, Right = 60, Row = 30, Top = 10, Bottom = 40;

    public static string ToSvg(Importance importance)
    {
        ParameterImportance[] ranked = [.. importance.Ranked];
        var height = Top + Bottom + Row * ranked.Length;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"Importance of the parameters\"><title>Importance of the parameters</title>");
        for (var tick = 0; tick <= 100; tick += 25)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{At(tick / 100.0):0.#}\" x2=\"{At(tick / 100.0):0.#}\" y1=\"{Top}\" y2=\"{height - Bottom}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{At(tick / 100.0):0.#}\" y=\"{height - Bottom + 16}\" text-anchor=\"middle\">{tick} %</text>");
        }

        for (var k = 0; k < ranked.Length; k++)
        {
            var (one, y) = (ranked[k], Top + k * Row);
            var tip = string.Create(CultureInfo.InvariantCulture, $"{one.Name}: alone {100 * one.First:F0} % ({100 * one.FirstLow:F0} to {100 * one.FirstHigh:F0} %), in all {100 * one.Total:F0} % ({100 * one.TotalLow:F0} to {100 * one.TotalHigh:F0} %)");
            svg.Append(CultureInfo.InvariantCulture, $"<g><title>{WebUtility.HtmlEncode(tip)}</title><text class=\"axis\" x=\"{Left - 8}\" y=\"{y + 20}\" text-anchor=\"end\">{WebUtility.HtmlEncode(Short(one.Name))}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"total\" x=\"{Left}\" y=\"{y + 7}\" width=\"{At(one.Total) - Left:0.#}\" height=\"16\" rx=\"2\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"first\" x=\"{Left}\" y=\"{y + 7}\" width=\"{At(Math.Min(one.First, one.Total)) - Left:0.#}\" height=\"16\" rx=\"2\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"whisker\" d=\"M{At(one.TotalLow):0.#} {y + 15}H{At(one.TotalHigh):0.#}M{At(one.TotalLow):0.#} {y + 11}v8M{At(one.TotalHigh):0.#} {y + 11}v8\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Math.Max(At(one.Total), At(one.TotalHigh)) + 7:0.#}\" y=\"{y + 19}\">{100 * one.Total:F0} %</text></g>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{(Left + Width - Right) / 2}\" y=\"{height - 8}\" text-anchor=\"middle\">share of the variance over the space</text>");
        return svg.Append("</svg>").ToString();
    }

    private static double At(double share) => Left + share * (Width - Left - Right);

    private static string Short(string name) => name.Length <= 20 ? name : $"{name[..19]}…";
}
