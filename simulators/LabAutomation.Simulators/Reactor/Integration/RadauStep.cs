namespace LabAutomation.Simulators.Reactor.Integration;

/// <summary>One step of a five-stage Radau IIA method (order 9): Newton's method on all stages together, with the Jacobian of the start of the step by differences.</summary>
internal sealed class RadauStep
{
    private const int Stages = 5;
    private const int MostIterations = 25;

    private readonly RadauCoefficients _coefficients = new(Stages);
    private readonly OdeSystem _system;
    private readonly LuFactors _newton;
    private readonly int _size;
    private readonly double[] _jacobian, _rates, _shifted, _stage, _moves, _stageRates, _residual;

    public RadauStep(OdeSystem system, int size)
    {
        (_system, _size) = (system, size);
        _newton = new LuFactors(Stages * size);
        _jacobian = new double[size * size];
        (_rates, _shifted, _stage) = (new double[size], new double[size], new double[size]);
        (_moves, _stageRates, _residual) = (new double[Stages * size], new double[Stages * size], new double[Stages * size]);
        End = new double[size];
    }

    /// <summary>The state after the last step that succeeded.</summary>
    public double[] End { get; }

    /// <summary>The largest part of any component that the highest power of the step's polynomial makes up. The error of the end is about its square.</summary>
    public double Roughness { get; private set; }

    /// <summary>Has to be called once for each start.</summary>
    public void Begin(double time, ReadOnlySpan<double> start)
    {
        _system(time, start, _rates);
        for (var j = 0; j < _size; j++)
        {
            start.CopyTo(_shifted);
            var shift = 1e-7 * Math.Max(Math.Abs(start[j]), 1e-6);
            _shifted[j] += shift;
            shift = _shifted[j] - start[j];
            _system(time, _shifted, _stage);
            for (var i = 0; i < _size; i++) _jacobian[(i * _size) + j] = (_stage[i] - _rates[i]) / shift;
        }
    }

    /// <returns>Whether Newton's method converged; if not, the step is too long.</returns>
    public bool Take(double time, ReadOnlySpan<double> start, double length)
    {
        FactorNewton(length);
        Array.Clear(_moves);
        var before = double.PositiveInfinity;
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            var change = Improve(time, start, length);
            if (!double.IsFinite(change) || (iteration > 3 && change > 1 && change > before)) return false;
            if (change < 1e-15 || (change < 1e-11 && change > before / 2))
            {
                Finish(start);
                return true;
            }

            before = change;
        }

        return false;
    }

    private void FactorNewton(double length)
    {
        var matrix = _newton.Matrix;
        var width = Stages * _size;
        for (var i = 0; i < Stages; i++)
            for (var j = 0; j < Stages; j++)
            {
                var weight = -length * _coefficients.Weights[i, j];
                for (var a = 0; a < _size; a++)
                    for (var b = 0; b < _size; b++)
                        matrix[(((i * _size) + a) * width) + (j * _size) + b] = (weight * _jacobian[(a * _size) + b]) + (i == j && a == b ? 1 : 0);
            }

        _newton.Factor();
    }

    /// <returns>The largest relative change of a component.</returns>
    private double Improve(double time, ReadOnlySpan<double> start, double length)
    {
        for (var j = 0; j < Stages; j++)
        {
            for (var a = 0; a < _size; a++) _stage[a] = start[a] + _moves[(j * _size) + a];
            _system(time + (_coefficients.Nodes[j] * length), _stage, _stageRates.AsSpan(j * _size, _size));
        }

        for (var i = 0; i < Stages; i++)
            for (var a = 0; a < _size; a++)
            {
                var sum = 0.0;
                for (var j = 0; j < Stages; j++) sum += _coefficients.Weights[i, j] * _stageRates[(j * _size) + a];
                _residual[(i * _size) + a] = (length * sum) - _moves[(i * _size) + a];
            }

        _newton.Solve(_residual);
        var change = 0.0;
        for (var k = 0; k < _residual.Length; k++)
        {
            _moves[k] += _residual[k];
            var scale = Math.Abs(start[k % _size]) + Math.Abs(_moves[k]) + double.Epsilon;
            change = Math.Max(change, Math.Abs(_residual[k]) / scale);
            if (double.IsNaN(_residual[k])) return double.NaN;
        }

        return change;
    }

    private void Finish(ReadOnlySpan<double> start)
    {
        Roughness = 0;
        for (var a = 0; a < _size; a++)
        {
            End[a] = start[a] + _moves[((Stages - 1) * _size) + a];
            var highest = 0.0;
            for (var j = 0; j < Stages; j++) highest += _coefficients.Leading[j + 1] * _moves[(j * _size) + a];
            var scale = Math.Max(Math.Abs(start[a]), Math.Abs(End[a])) + double.Epsilon;
            Roughness = Math.Max(Roughness, Math.Abs(highest) / scale);
        }
    }
}
