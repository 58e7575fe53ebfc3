using LabAutomation.Learning;
using LabAutomation.Models.Graphs;

namespace LabAutomation.Agents.Planning.Surrogates;

/// <summary>
/// The prediction of a fitted Gaussian process as an ONNX graph in 64-bit floats: one input of [n, 1] for each parameter, mean and standard deviation as
/// [n, 1]. It follows <see cref="SurrogateForm"/> step by step.
/// </summary>
internal sealed class SurrogateGraph
{
    /// <summary>The open dimension.</summary>
    public const string Batch = "n";

    private readonly SurrogateForm _form;
    private readonly GraphBuilder _graph;

    private SurrogateGraph(SurrogateForm form, string name) => (_form, _graph) = (form, new GraphBuilder(name));

    private int Width => _form.InverseLengths.Length;

    private int Count => _form.Alpha.Length;

    /// <param name="form">Of the process, which may model the quantity with its sign turned.</param>
    /// <param name="sign">1, or -1 where it does.</param>
    /// <param name="mean">Name of the output for the mean.</param>
    /// <param name="sd">Name of the output for the standard deviation.</param>
    /// <param name="description">For people.</param>
    /// <returns>The .onnx file.</returns>
    public static byte[] Write(SurrogateForm form, double sign, string mean, string sd, string description)
    {
        var graph = new SurrogateGraph(form, mean);
        var (value, deviation) = graph.Value(graph.Covariance());
        graph._graph.Output(mean, graph.Times(value, sign), Batch, 1);
        graph._graph.Output(sd, deviation, Batch, 1);
        return graph._graph.ToBytes(description);
    }

    /// <summary>[n, count]: of each point with each row.</summary>
    private string Covariance()
    {
        string[] columns = [.. _form.Dimensions.Select(Columns)];
        string correlation;
        if (_form.AdditiveShare > 0)
        {
            var groups = Groups(columns);
            correlation = Times(Correlation(_graph.Node("Sum", groups)), 1 - _form.AdditiveShare);
            foreach (var group in groups) correlation = _graph.Node("Add", correlation, Times(Correlation(group), _form.AdditiveShare / groups.Length));
        }
        else
        {
            var point = _graph.Node("Mul", _graph.Node("Concat", ("axis", 1), columns), _graph.Constant(_form.InverseLengths, 1, Width));
            correlation = Correlation(Squares(point, _form.Rows, Width));
        }

        return _graph.Node("Add", Times(correlation, _form.Signal), _graph.Constant(_form.MeanVariance));
    }

    /// <summary>Squared distances by each dimension alone.</summary>
    private string[] Groups(string[] columns)
    {
        var (groups, first) = (new string[columns.Length], 0);
        for (var d = 0; d < columns.Length; d++)
        {
            var width = _form.Dimensions[d].Columns;
            var point = _graph.Node("Mul", columns[d], _graph.Constant(_form.InverseLengths.AsSpan(first, width), 1, width));
            var rows = new double[Count * width];
            for (var i = 0; i < Count; i++) _form.Rows.AsSpan((i * Width) + first, width).CopyTo(rows.AsSpan(i * width));
            groups[d] = Squares(point, rows, width);
            first += width;
        }

        return groups;
    }

    /// <summary>A parameter as columns: [n, its columns].</summary>
    private string Columns(SurrogateDimension dimension)
    {
        if (!dimension.Choices.IsEmpty)
        {
            var choice = _graph.Node("Squeeze", _graph.WholeInput(dimension.Name, Batch, 1), _graph.Axes(1));
            return _graph.Node("Gather", _graph.Constant([.. dimension.Choices.SelectMany(row => row)], dimension.Choices.Length, dimension.Columns), choice);
        }

        var (value, low, high) = (_graph.Input(dimension.Name, Batch, 1), dimension.Low, dimension.High);
        if (dimension.IsLogarithmic) (value, low, high) = (_graph.Node("Log", value), Math.Log(low), Math.Log(high));
        return Times(_graph.Node("Sub", value, _graph.Constant(low)), high > low ? 1 / (high - low) : 0);
    }

    /// <summary>Of points and rows, in units of the length scales: [n, count].</summary>
    private string Squares(string point, double[] rows, int width)
    {
        if (width == 1)
        {
            var difference = _graph.Node("Sub", point, _graph.Constant(rows, 1, Count));
            return _graph.Node("Mul", difference, difference);
        }

        var (turned, lengths) = (new double[rows.Length], new double[Count]);
        for (var i = 0; i < Count; i++)
        {
            for (var c = 0; c < width; c++)
            {
                var x = rows[(i * width) + c];
                (turned[(c * Count) + i], lengths[i]) = (-2 * x, lengths[i] + (x * x));
            }
        }

        var own = _graph.Node("ReduceSum", ("keepdims", 1), _graph.Node("Mul", point, point), _graph.Axes(1));
        var cross = _graph.Node("MatMul", point, _graph.Constant(turned, width, Count));
        return _graph.Node("Max", _graph.Node("Add", _graph.Node("Add", cross, own), _graph.Constant(lengths, 1, Count)), _graph.Constant(0));
    }

    private string Correlation(string squares)
    {
        if (_form.Kernel == Kernel.SquaredExponential) return _graph.Node("Exp", Times(squares, -0.5));
        var s = _graph.Node("Sqrt", Times(squares, 5));
        var polynomial = _graph.Node("Add", _graph.Node("Add", Times(_graph.Node("Mul", s, s), 1.0 / 3), s), _graph.Constant(1));
        return _graph.Node("Mul", polynomial, _graph.Node("Exp", _graph.Node("Neg", s)));
    }

    private (string Value, string Sd) Value(string covariance)
    {
        var output = _graph.Node("MatMul", covariance, _graph.Constant(_form.Alpha, Count, 1));
        var white = _graph.Node("MatMul", covariance, _graph.Constant(_form.Whitener, Count, Count));
        var told = _graph.Node("ReduceSum", ("keepdims", 1), _graph.Node("Mul", white, white), _graph.Axes(1));
        var variance = _graph.Node("Max", _graph.Node("Sub", _graph.Constant(_form.PriorVariance), told), _graph.Constant(_form.LeastVariance));
        var (scale, sd) = (_form.Scale, _graph.Node("Sqrt", variance));
        if (scale.Warp == WarpKind.Identity) return (_graph.Node("Add", Times(output, scale.Sd), _graph.Constant(scale.Mean)), Times(sd, scale.Sd));

        // Moments by quadrature about the value at the mean, one column for each node on either side.
        var (nodes, weights) = SurrogateScale.Quadrature;
        double[] places = [.. nodes.Skip(1), .. nodes.Skip(1).Select(node => -node)];
        double[] shares = [.. weights.Skip(1), .. weights.Skip(1)];
        var centre = Believed(output);
        var beside = Believed(_graph.Node("Add", _graph.Node("Mul", sd, _graph.Constant(places, 1, places.Length)), output));
        var difference = _graph.Node("Sub", beside, centre);
        var share = _graph.Constant(shares, shares.Length, 1);
        var first = _graph.Node("MatMul", difference, share);
        var second = _graph.Node("MatMul", _graph.Node("Mul", difference, difference), share);
        var spread = _graph.Node("Max", _graph.Node("Sub", second, _graph.Node("Mul", first, first)), _graph.Constant(0));
        return (_graph.Node("Add", centre, first), _graph.Node("Sqrt", spread));
    }

    /// <summary>The value of an output, as far as it is believed.</summary>
    private string Believed(string output)
    {
        var (scale, w) = (_form.Scale, _graph.Node("Add", Times(output, _form.Scale.Sd), _graph.Constant(_form.Scale.Mean)));
        var value = scale.Warp switch
        {
            WarpKind.Square => InverseSquare(w, scale.Offset),
            WarpKind.Root => InverseRoot(w, scale.Offset),
            WarpKind.Logarithm => InverseLogarithm(w, scale.Offset, scale.Origin),
            _ => throw new InvalidOperationException($"there is no graph for the warp {scale.Warp}"),
        };
        return _graph.Node("Min", _graph.Node("Max", value, _graph.Constant(scale.Least)), _graph.Constant(scale.Most));
    }

    private string InverseSquare(string w, double offset)
    {
        var o = offset * offset;
        var root = _graph.Node("Sqrt", _graph.Node("Add", Times(_graph.Node("Mul", w, w), 4), _graph.Constant(o * o)));
        return _graph.Node("Mul", w, _graph.Node("Sqrt", _graph.Node("Div", _graph.Constant(2), _graph.Node("Add", root, _graph.Constant(o)))));
    }

    private string InverseRoot(string w, double offset)
    {
        var square = _graph.Node("Mul", w, w);
        var root = _graph.Node("Sqrt", _graph.Node("Add", _graph.Node("Mul", square, square), Times(square, 4 * offset)));
        return _graph.Node("Mul", _graph.Node("Sign", w), Times(_graph.Node("Add", square, root), 0.5));
    }

    /// <summary>The exponential above the place where the tangent begins, and the tangent below.</summary>
    private string InverseLogarithm(string w, double offset, double origin)
    {
        var knee = _graph.Constant(Math.Log(offset));
        var above = _graph.Node("Exp", _graph.Node("Max", w, knee));
        var below = Times(_graph.Node("Sub", _graph.Node("Min", w, knee), knee), offset);
        return _graph.Node("Add", _graph.Node("Add", above, below), _graph.Constant(origin - offset));
    }

    private string Times(string tensor, double factor) => factor == 1 ? tensor : _graph.Node("Mul", tensor, _graph.Constant(factor));
}
