using System.Globalization;
using System.Net;
using System.Text;

namespace LabAutomation.Lab.Reports;

/// <summary>A chart as inline SVG; colours come from the page's style sheet by class.</summary>
internal sealed class Chart
{
    private const int Left = 58;
    private const int Right = 14;
    private const int Top = 12;
    private const int Bottom = 44;

    private readonly StringBuilder _marks = new();
    private readonly int _width;
    private readonly int _height;
    private readonly string _title;
    private readonly IReadOnlyList<string>? _choices;

    /// <param name="choices">Names of the places along x, where these are 0, 1, 2 and so on.</param>
    public Chart(string title, IEnumerable<double> xs, IEnumerable<double> ys, int width = 720, int height = 300, bool logarithmic = false, IReadOnlyList<string>? choices = null)
    {
        (_title, _width, _height, _choices) = (title, width, height, choices);
        X = choices is not null ? Axis.Choices(choices.Count, Left, width - Right) : Axis.Linear(xs, Left, width - Right, Math.Max(3, width / 110));
        Y = logarithmic ? Axis.Logarithmic(ys, height - Bottom, Top) : Axis.Linear(ys, height - Bottom, Top);
    }

    public Axis X { get; }

    public Axis Y { get; }

    public Chart Line(IEnumerable<(double X, double Y)> points, string style)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{style}\" points=\"{Points(points)}\"/>");
        return this;
    }

    /// <summary>Holds each value until the next one.</summary>
    public Chart Steps(IReadOnlyList<(double X, double Y)> points, string style) =>
        Line(points.SelectMany((point, k) => k == 0 ? [point] : new[] { (point.X, points[k - 1].Y), point }), style);

    public Chart Band(IReadOnlyList<(double X, double Low, double High)> points, string style)
    {
        var outline = points.Select(p => (p.X, p.High)).Concat(points.Reverse().Select(p => (p.X, p.Low)));
        _marks.Append(CultureInfo.InvariantCulture, $"<polygon class=\"{style}\" points=\"{Points(outline)}\"/>");
        return this;
    }

    public Chart Dot(double x, double y, string style, string tip, double radius = 4)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<circle class=\"{style}\" cx=\"{X.At(x):0.#}\" cy=\"{Y.At(y):0.#}\" r=\"{radius:0.#}\"><title>{Encode(tip)}</title></circle>");
        return this;
    }

    /// <summary>An interval at one place.</summary>
    public Chart Whisker(double x, double low, double high, string style)
    {
        _marks.Append(CultureInfo.InvariantCulture, $"<line class=\"{style}\" x1=\"{X.At(x):0.#}\" x2=\"{X.At(x):0.#}\" y1=\"{Y.At(low):0.#}\" y2=\"{Y.At(high):0.#}\"/>");
        return this;
    }

    public Chart Level(double y, string label)
    {
        var at = Y.At(y);
        _marks.Append(CultureInfo.InvariantCulture, $"<line class=\"level\" x1=\"{Left}\" x2=\"{_width - Right}\" y1=\"{at:0.#}\" y2=\"{at:0.#}\"/>");
        _marks.Append(CultureInfo.InvariantCulture, $"<text class=\"level-label\" x=\"{_width - Right - 4}\" y=\"{at - 5:0.#}\" text-anchor=\"end\">{Encode(label)}</text>");
        return this;
    }

    public string ToSvg(string xTitle, string yTitle)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {_width} {_height}\" role=\"img\" aria-label=\"{Encode(_title)}\"><title>{Encode(_title)}</title>");
        foreach (var tick in Y.Ticks)
        {
            var at = Y.At(tick);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{_width - Right}\" y1=\"{at:0.#}\" y2=\"{at:0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left - 6}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{Axis.Label(tick)}</text>");
        }

        foreach (var tick in X.Ticks)
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{X.At(tick):0.#}\" y=\"{_height - Bottom + 16}\" text-anchor=\"middle\">{(_choices is null ? Axis.Label(tick) : Encode(_choices[(int)tick]))}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{(Left + _width - Right) / 2}\" y=\"{_height - 8}\" text-anchor=\"middle\">{Encode(xTitle)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" transform=\"rotate(-90)\" x=\"{-(_height - Bottom + Top) / 2}\" y=\"13\" text-anchor=\"middle\">{Encode(yTitle)}</text>");
        return svg.Append(_marks).Append("</svg>").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X.At(p.X):0.#},{Y.At(p.Y):0.#}")));
}
