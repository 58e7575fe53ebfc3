using LabAutomation.Agents.Planning.Surrogates;
using LabAutomation.Learning;
using LabAutomation.Models;
using LabAutomation.Models.Graphs;
using LabAutomation.Tests.Models;

namespace LabAutomation.Tests.Planning;

/// <summary>The graph of a surrogate against a plain reading of <see cref="SurrogateForm"/>, for every kernel, warp and kind of dimension.</summary>
public sealed class SurrogateGraphTests : IDisposable
{
    private const int Rows = 5;

    private readonly ModelShelf _shelf = new();

    public static TheoryData<Kernel, double, WarpKind, double> Forms
    {
        get
        {
            var forms = new TheoryData<Kernel, double, WarpKind, double>();
            foreach (var kernel in Enum.GetValues<Kernel>())
                foreach (var warp in Enum.GetValues<WarpKind>())
                {
                    forms.Add(kernel, 0, warp, 1);
                    forms.Add(kernel, 0.4, warp, -1);
                }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_graph_computes_what_the_form_says(Kernel kernel, double additive, WarpKind warp, double sign)
    {
        var form = Form(kernel, additive, warp);
        var (known, spread) = Read(form, [1, 1, 0]);
        _shelf.Put("s", SurrogateGraph.Write(form, sign, "y", "y_sd", "a test"), $$"""
            name: s
            version: "1"
            licence: none
            description: a test
            sensitivity: Public
            provenance: { source: a test, data: none }
            opset: {{GraphBuilder.Opset}}
            dimensions: { n: { min: 1, max: 4 } }
            batch: n
            inputs:
              - { name: x, type: float64, shape: [n, 1], unit: mL, range: [0, 4] }
              - { name: flow, type: float64, shape: [n, 1], unit: mL/min, range: [0.1, 10] }
              - { name: solvent, type: int64, shape: [n, 1], unit: "1", range: [0, 2] }
            outputs:
              - { name: y, type: float64, shape: [n, 1], unit: "1", range: [-1e9, 1e9], deviation: y_sd }
              - { name: y_sd, type: float64, shape: [n, 1], unit: "1", range: [0, 1e9] }
            golden:
              - name: any
                tolerances: { y: {{Number(0.01 * Math.Abs(known))}}, y_sd: {{Number(0.01 * spread)}} }
                inputs: { x: [1], flow: [1], solvent: [0] }
                outputs: { y: [{{Number(sign * known)}}], y_sd: [{{Number(spread)}}] }
            """);
        using var registry = ModelRegistry.Open(_shelf.Path, new ModelOptions());
        registry.Refused.Should().BeEmpty();
        float[] x = [0, 1.25f, 2.5f, 4];
        float[] flow = [0.1f, 0.5f, 2, 10];
        float[] solvent = [0, 1, 2, 1];

        using var lease = registry.Find("s").Rent();
        var binding = lease.Model.Bind(4);
        x.CopyTo(binding.Input("x"));
        flow.CopyTo(binding.Input("flow"));
        solvent.CopyTo(binding.Input("solvent"));
        binding.Run();

        for (var k = 0; k < 4; k++)
        {
            var (mean, sd) = Read(form, [x[k], flow[k], solvent[k]]);
            ((double)binding.Output("y")[k]).Should().BeApproximately(sign * mean, 1e-6 * (1 + Math.Abs(mean)));
            ((double)binding.Output("y_sd")[k]).Should().BeApproximately(sd, 1e-6 * (1 + sd));
        }
    }

    public void Dispose() => _shelf.Dispose();

    private static string Number(double value) => value.ToString("G9", System.Globalization.CultureInfo.InvariantCulture);

    private static SurrogateForm Form(Kernel kernel, double additive, WarpKind warp)
    {
        var random = new Random(7);
        double[] Draw(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => scale * (random.NextDouble() - 0.3))];
        return new SurrogateForm
        {
            Dimensions =
            [
                new SurrogateDimension("x", false, 0, 4, []),
                new SurrogateDimension("flow", true, 0.1, 10, []),
                new SurrogateDimension("solvent", false, 0, 2, [[0.7, 0], [0, 0.7], [0.3, 0.4]]),
            ],
            Kernel = kernel,
            InverseLengths = [1.5, 0.8, 1.1, 1.1],
            Rows = Draw(Rows * 4, 1.5),
            Alpha = Draw(Rows, 1),
            Whitener = Draw(Rows * Rows, 0.2),
            Signal = 1.3,
            AdditiveShare = additive,
            MeanVariance = 1,
            LeastVariance = 1e-12,
            Scale = new SurrogateScale(warp, 0.4, 0.1, 0.3, 1.7, warp == WarpKind.Identity ? double.NegativeInfinity : -2, warp == WarpKind.Identity ? double.PositiveInfinity : 9),
        };
    }

    private static (double Mean, double Sd) Read(SurrogateForm form, double[] point)
    {
        double[] columns = [.. form.Dimensions.SelectMany((dimension, d) => dimension.Choices.IsEmpty
            ? [dimension.IsLogarithmic ? Math.Log(point[d] / dimension.Low) / Math.Log(dimension.High / dimension.Low) : (point[d] - dimension.Low) / (dimension.High - dimension.Low)]
            : dimension.Choices[(int)point[d]])];
        int[] of = [0, 1, 2, 2];
        var k = new double[Rows];
        for (var i = 0; i < Rows; i++)
        {
            var squares = new double[3];
            for (var c = 0; c < 4; c++) squares[of[c]] += Math.Pow((columns[c] * form.InverseLengths[c]) - form.Rows[(i * 4) + c], 2);
            k[i] = (form.Signal * (((1 - form.AdditiveShare) * Correlation(form.Kernel, squares.Sum())) + (form.AdditiveShare * squares.Average(square => Correlation(form.Kernel, square))))) + form.MeanVariance;
        }

        var (output, told) = (k.Zip(form.Alpha, (a, b) => a * b).Sum(), 0.0);
        for (var i = 0; i < Rows; i++) told += Math.Pow(Enumerable.Range(0, Rows).Sum(j => k[j] * form.Whitener[(j * Rows) + i]), 2);
        var sd = Math.Sqrt(Math.Max(form.PriorVariance - told, form.LeastVariance));
        if (form.Scale.Warp == WarpKind.Identity) return ((output * form.Scale.Sd) + form.Scale.Mean, sd * form.Scale.Sd);
        var (nodes, weights) = SurrogateScale.Quadrature;
        var (mean, square, whole) = (0.0, 0.0, 0.0);
        for (var n = 0; n < nodes.Length; n++)
            foreach (var side in n == 0 ? new[] { 0 } : [-1, 1])
            {
                var value = Value(form.Scale, output + (side * sd * nodes[n]));
                (mean, square, whole) = (mean + (weights[n] * value), square + (weights[n] * value * value), whole + weights[n]);
            }

        whole.Should().BeApproximately(1, 1e-9);
        return (mean, Math.Sqrt(Math.Max(0, square - (mean * mean))));
    }

    private static double Correlation(Kernel kernel, double square)
    {
        var r = Math.Sqrt(5 * square);
        return kernel == Kernel.SquaredExponential ? Math.Exp(-square / 2) : (1 + r + (r * r / 3)) * Math.Exp(-r);
    }

    /// <summary>By bisection of the warp itself, so that no inverse is written a second time.</summary>
    private static double Value(SurrogateScale scale, double output)
    {
        double Forward(double y) => scale.Warp switch
        {
            WarpKind.Square => y * Math.Sqrt((y * y) + (scale.Offset * scale.Offset)),
            WarpKind.Root => y / Math.Sqrt(Math.Abs(y) + scale.Offset),
            _ => y >= scale.Origin ? Math.Log(y - scale.Origin + scale.Offset) : Math.Log(scale.Offset) + ((y - scale.Origin) / scale.Offset),
        };
        var (low, high, wanted) = (scale.Least, scale.Most, scale.Mean + (scale.Sd * output));
        if (Forward(low) >= wanted) return low;
        if (Forward(high) <= wanted) return high;
        for (var turn = 0; turn < 200; turn++)
        {
            var middle = (low + high) / 2;
            if (Forward(middle) < wanted) low = middle;
            else high = middle;
        }

        return low;
    }
}
