using System.Globalization;
using System.Net;
using System.Text;

namespace LabAutomation.Lab.Reports;

/// <summary>A map of values over two parameters as inline SVG, with a scale of its colours; the colours are the same by day and by night.</summary>
/// <param name="columns">Positions along x, in rising order; labelled by <paramref name="columnNames"/> where these are words.</param>
/// <param name="palette">From the least value to the greatest, as <c>RRGGBB</c>.</param>
internal sealed class HeatMap(string title, IReadOnlyList<double> columns, IReadOnlyList<string>? columnNames, IReadOnlyList<double> rows, IReadOnlyList<string>? rowNames, IReadOnlyList<string> palette)
{
    public static readonly string[] Viridis = ["440154", "414487", "2a788e", "22a884", "7ad151", "fde725"];
    public static readonly string[] Magma = ["000004", "3b0f70", "8c2981", "de4968", "fe9f6d", "fcfdbf"];

    private const int Width = 440, Height = 340, Left = 66, Right = 78, Top = 14, Bottom = 46, Steps = 32;

    private readonly StringBuilder _marks = new();

    /// <param name="x">As the columns are.</param>
    public HeatMap Dot(double x, double y, string style, double radius, string tip)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<circle class=\"{style}\" cx=\"{Place(columns, columnNames, x, Left, Width - Right):0.#}\" cy=\"{Place(rows, rowNames, y, Height - Bottom, Top):0.#}\" r=\"{radius:0.#}\"><title>{WebUtility.HtmlEncode(tip)}</title></circle>");
        return this;
    }

    /// <param name="values">Row by row.</param>
    /// <param name="isShown">Of each value; the others are left blank.</param>
    public string ToSvg(IReadOnlyList<double> values, IReadOnlyList<bool> isShown, string xTitle, string yTitle)
    {
        var shown = values.Where((_, k) => isShown[k]).DefaultIfEmpty(0).ToArray();
        var (low, high) = (shown.Min(), shown.Max());
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\"><title>{WebUtility.HtmlEncode(title)}</title>");
        var (wide, tall) = ((double)(Width - Right - Left) / columns.Count, (double)(Height - Bottom - Top) / rows.Count);
        for (var k = 0; k < values.Count; k++)
        {
            var (column, row) = (k % columns.Count, k / columns.Count);
            var (x, y) = (Left + column * wide, Height - Bottom - (row + 1) * tall);
            var fill = isShown[k] ? $"style=\"fill:#{Colour(high > low ? (values[k] - low) / (high - low) : 0.5)}\"" : "class=\"blank\"";
            // A little overlap keeps hairlines out from between the cells.
            svg.Append(CultureInfo.InvariantCulture, $"<rect {fill} x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{wide + 0.6:0.##}\" height=\"{tall + 0.6:0.##}\"/>");
        }

        svg.Append(_marks);
        Ticks(svg, columns, columnNames, Left, Width - Right, (at, label) => string.Create(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{at:0.#}\" y=\"{Height - Bottom + 17}\" text-anchor=\"middle\">{label}</text>"));
        Ticks(svg, rows, rowNames, Height - Bottom, Top, (at, label) => string.Create(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left - 7}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{label}</text>"));
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 9}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(xTitle)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" transform=\"rotate(-90)\" x=\"{-(Height - Bottom + Top) / 2}\" y=\"14\" text-anchor=\"middle\">{WebUtility.HtmlEncode(yTitle)}</text>");
        return svg.Append(Scale(low, high)).Append("</svg>").ToString();
    }

    private string Scale(double low, double high)
    {
        var svg = new StringBuilder();
        var (x, step) = (Width - Right + 12, (double)(Height - Bottom - Top) / Steps);
        for (var k = 0; k < Steps; k++)
            svg.Append(CultureInfo.InvariantCulture, $"<rect style=\"fill:#{Colour((k + 0.5) / Steps)}\" x=\"{x}\" y=\"{Height - Bottom - (k + 1) * step:0.##}\" width=\"12\" height=\"{step + 0.6:0.##}\"/>");
        for (var k = 0; k <= 4; k++)
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{x + 17}\" y=\"{Height - Bottom - k / 4.0 * (Height - Bottom - Top) + 4:0.#}\">{(low + k / 4.0 * (high - low)).ToString("G3", CultureInfo.InvariantCulture)}</text>");
        return svg.ToString();
    }

    private static void Ticks(StringBuilder svg, IReadOnlyList<double> positions, IReadOnlyList<string>? names, double from, double to, Func<double, string, string> tick)
    {
        var count = positions.Count;
        var every = Math.Max(1, (int)Math.Ceiling(count / 6.0));
        for (var k = 0; k < count; k += names is null ? Math.Max(1, (count - 1) / 4) : every)
        {
            var label = names is null ? positions[k].ToString("G3", CultureInfo.InvariantCulture) : Short(names[k]);
            svg.Append(tick(from + (k + 0.5) / count * (to - from), WebUtility.HtmlEncode(label)));
        }
    }

    /// <summary>Between the middles of the cells on either side.</summary>
    private static double Place(IReadOnlyList<double> positions, IReadOnlyList<string>? names, double value, double from, double to)
    {
        var k = 0;
        while (k + 2 < positions.Count && positions[k + 1] < value) k++;
        var share = positions.Count > 1 && names is null ? (value - positions[k]) / (positions[k + 1] - positions[k]) : value - positions[k];
        return from + (k + share + 0.5) / positions.Count * (to - from);
    }

    private string Colour(double share)
    {
        var at = Math.Clamp(share, 0, 1) * (palette.Count - 1);
        var k = Math.Min((int)at, palette.Count - 2);
        int Channel(int c)
        {
            var (a, b) = (Convert.ToInt32(palette[k].Substring(c, 2), 16), Convert.ToInt32(palette[k + 1].Substring(c, 2), 16));
            return (int)Math.Round(a + (at - k) * (b - a));
        }

        return $"{Channel(0):x2}{Channel(2):x2}{Channel(4):x2}";
    }

    private static string Short(string name) => name.Length <= 10 ? name : $"{name[..9]}…";
}
