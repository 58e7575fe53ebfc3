using System.Globalization;
using System.Text.Json;

namespace LabAutomation.Tests.Learning.Spaces;

/// <summary>A problem drawn by number, with all that can tie parameters together, and what every trial of it must be.</summary>
internal sealed class DrawnProblem
{
    private static readonly string[] Planners = ["gaussian-process", "gaussian-process", "gaussian-process", "random", "sobol", "grid"];

    private readonly List<DrawnParameter> _parameters = [];
    private readonly List<(int[] Of, double Total)> _mixtures = [];
    private readonly List<(int[] Of, int Least, int Most)> _counts = [];
    private readonly List<DrawnCondition> _conditions = [];
    private readonly List<double[]> _rows = [];
    private readonly Random _random;

    public DrawnProblem(int number)
    {
        _random = new Random(number);
        for (var (k, count) = (0, _random.Next(2, 7)); k < count; k++) _parameters.Add(DrawnParameter.Of(_random, k));
        Roles();
        Rules();
        if (_random.Next(5) == 0) Rows();
        Objectives = _random.Next(3) == 0 ? ["y", "z"] : ["y"];
        var parts = new List<string>
        {
            $"\"parameters\":[{string.Join(',', _parameters.Select(parameter => parameter.Json))}]",
            $"\"objectives\":[{string.Join(',', Objectives.Select((name, m) => $"{{\"name\":\"{name}\",\"goal\":\"{(m == 0 ? "minimise" : "maximise")}\"}}"))}]",
            $"\"seed\":{_random.Next(1000)}",
        };
        var planner = Planners[_random.Next(Planners.Length)];
        _isGrid = planner == "grid";
        parts.Add($"\"planner\":{{\"kind\":\"{planner}\"{(planner == "gaussian-process" ? $",\"initial\":{_random.Next(2, 5)}" : "")}}}");
        if (_random.Next(4) == 0) parts.Add("\"noise\":\"none\"");
        if (IsLimited = _random.Next(6) == 0) parts.Add("\"outcomes\":[{\"name\":\"q\",\"max\":0.7}]");
        if (_mixtures.Count > 0) parts.Add($"\"mixtures\":[{string.Join(',', _mixtures.Select(one => $"{{\"of\":[{Names(one.Of)}],\"total\":{Text(one.Total)}}}"))}]");
        if (_counts.Count > 0) parts.Add($"\"counts\":[{string.Join(',', _counts.Select(one => $"{{\"of\":[{Names(one.Of)}],\"least\":{one.Least},\"most\":{one.Most}}}"))}]");
        if (_conditions.Count > 0) parts.Add($"\"constraints\":[{string.Join(',', _conditions.Select(one => $"\"{one.Text}\""))}]");
        if (_rows.Count > 0) parts.Add($"\"candidates\":[{string.Join(',', _rows.Select(row => $"[{string.Join(',', row.Select((value, d) => _parameters[d].Written(value)))}]"))}]");
        Open = $"{{\"open\":{{{string.Join(',', parts)}}}}}";
        var read = _parameters.FindIndex(one => one.IsContext) is >= 0 and var context ? $"\"context\":{{\"{_parameters[context].Name}\":{_parameters[context].Written(_context)}}}" : null;
        (Ask, Best) = read is null ? ("{\"ask\":2}", "{\"best\":true}") : ($"{{\"ask\":{{\"count\":2,{read}}}}}", $"{{\"best\":{{{read}}}}}");
    }

    private readonly bool _isGrid;
    private double _context;

    public string Open { get; }

    public string Ask { get; }

    /// <summary>What is best under the same context.</summary>
    public string Best { get; }

    /// <summary>What is measured, less limited outcomes.</summary>
    public string[] Objectives { get; }

    /// <summary>Whether there is a limited outcome.</summary>
    public bool IsLimited { get; }

    /// <summary>What it has that ties parameters together, for a count of what was tried.</summary>
    public IEnumerable<string> Features =>
        new[]
        {
            (_mixtures.Count > 0, "mixture"), (_counts.Count > 0, "count"), (_conditions.Count > 0, "constraint"), (_rows.Count > 0, "candidates"),
            (_parameters.Exists(one => one.When is not null), "when"), (_parameters.Exists(one => one.IsContext), "context"),
            (_parameters.Exists(one => one.Kind == "fidelity"), "fidelity"), (_parameters.Exists(one => one.Kind == "task"), "task"), (Objectives.Length > 1, "trades"),
        }.Where(pair => pair.Item1).Select(pair => pair.Item2);

    /// <summary>What is wrong with a trial that was asked for, or null.</summary>
    public string? Wrong(JsonElement trial)
    {
        if (Read(trial.GetProperty("x"), out var x) is { } unread) return unread;
        for (var d = 0; d < x.Length; d++)
        {
            if (_parameters[d].Kind == "task" && x[d] != 0) return $"'{_parameters[d].Name}' is not the target";
            if (_parameters[d].IsContext && x[d] is { } read && read != _context) return $"'{_parameters[d].Name}' is not the context";
        }
        return Broken(x) ?? WrongRow(trial, x);
    }

    /// <summary>What is wrong with a point that is recommended, or null.</summary>
    public string? WrongPlace(JsonElement trial) => Read(trial.GetProperty("x"), out var x) ?? Beside(x) ?? Broken(x) ?? WrongRow(trial, x);

    /// <summary>Whether it is of another task, fidelity or context than what is wanted.</summary>
    private string? Beside(double?[] x)
    {
        for (var d = 0; d < x.Length; d++)
        {
            if (_parameters[d].IsContext && x[d] is { } read && read != _context) return $"'{_parameters[d].Name}' is not the context";
            if (_parameters[d].Kind == "task" && x[d] is { } task && task != 0) return $"'{_parameters[d].Name}' is not the target";
            if (_parameters[d].Kind == "fidelity" && x[d] is { } fidelity && fidelity != _parameters[d].High) return $"'{_parameters[d].Name}' is not the highest";
        }
        return null;
    }

    /// <summary>A place that nobody asked for, as it is told; null where the problem has conditional parameters, of which it would have to know which count.</summary>
    public string? Elsewhere() => _parameters.Exists(one => one.When is not null)
        ? null
        : $"{{{string.Join(',', _parameters.Select(one => $"\"{one.Name}\":{one.Written(one.Draw(_random))}"))}}}";

    /// <summary>A point that the problem allows, if drawing some finds one; on a grid nothing is sought.</summary>
    /// <param name="isAsked">Whether the context has to be the one that is asked with.</param>
    public string? Found(bool isAsked)
    {
        for (var attempt = 0; attempt < 400 && !_isGrid; attempt++)
        {
            var row = _rows.Count > 0 ? _rows[attempt % _rows.Count] : null;
            var x = new double?[_parameters.Count];
            for (var d = 0; d < x.Length; d++)
            {
                var parameter = _parameters[d];
                var value = row is not null ? row[d] : isAsked && parameter.IsContext ? _context : parameter.Kind == "task" ? 0 : parameter.Kind == "fidelity" ? 10 : parameter.Draw(_random);
                if (parameter.When is not { } when || (x[when.Parent] is { } parent && when.Values.Contains(parent))) x[d] = value;
            }
            var isThere = Enumerable.Range(0, x.Length).All(d => _parameters[d] is { Kind: "task" } ? x[d] == 0 : _parameters[d] is { Kind: "fidelity" } ? x[d] == 10 : !isAsked || !_parameters[d].IsContext || x[d] == _context);
            if (isThere && Broken(x) is null) return string.Join(", ", x);
        }
        return null;
    }

    private string? Broken(double?[] x)
    {
        foreach (var (of, total) in _mixtures)
            if (Math.Abs(of.Sum(d => x[d] ?? 0) - total) > 1e-7) return $"the mixture of {Names(of)} is not {total}";
        foreach (var (of, least, most) in _counts)
            if (of.Count(d => x[d] is not (null or 0)) is var used && (used < least || used > most)) return $"{used} of {Names(of)} are used";
        foreach (var condition in _conditions)
            if (condition.Parameters.All(d => x[d] is not null) && !condition.Holds([.. condition.Parameters.Select(d => x[d]!.Value)])) return $"{condition.Text} does not hold";
        return null;
    }

    private string? WrongRow(JsonElement trial, double?[] x)
    {
        if (_rows.Count == 0) return trial.TryGetProperty("candidate", out _) ? "it names a row, and there are none" : null;
        if (!trial.TryGetProperty("candidate", out var number)) return "it is no candidate";
        var row = _rows[number.GetInt32()];
        return Enumerable.Range(0, x.Length).All(d => x[d] is null || x[d] == row[d]) ? null : $"it is not the row {number} that it names";
    }

    /// <summary>Coordinates of a place; null where a parameter does not count.</summary>
    private string? Read(JsonElement x, out double?[] coordinates)
    {
        coordinates = new double?[_parameters.Count];
        if (x.EnumerateObject().FirstOrDefault(one => !_parameters.Exists(parameter => parameter.Name == one.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } other) return $"there is no '{other.Name}'";
        for (var d = 0; d < coordinates.Length; d++)
        {
            var parameter = _parameters[d];
            var isGiven = x.TryGetProperty(parameter.Name, out var value);
            var counts = parameter.When is not { } when || (coordinates[when.Parent] is { } parent && when.Values.Contains(parent));
            if (isGiven != counts) return $"'{parameter.Name}' {(counts ? "counts and is not there" : "does not count and is there")}";
            if (!isGiven) continue;
            coordinates[d] = parameter.Coordinate(value);
            if (!parameter.Has(coordinates[d]!.Value)) return $"'{parameter.Name}' is {value}";
        }
        return null;
    }

    private void Roles()
    {
        if (_random.Next(5) == 0) _parameters.Add(DrawnParameter.Fidelity(_parameters.Count));
        if (_random.Next(8) == 0) _parameters.Add(DrawnParameter.Task(_parameters.Count));
        if (_random.Next(6) == 0 && _parameters[0] is { Kind: not ("fidelity" or "task") } first)
        {
            _context = first.Draw(_random);
            _parameters[0] = first with { IsContext = true };
        }
        for (var d = 1; d < _parameters.Count; d++)
        {
            if (_random.Next(4) != 0 || _parameters[d].Kind is "fidelity" or "task") continue;
            var parent = _random.Next(d);
            if (_parameters[parent].Values is not { Length: > 1 } values) continue;
            _parameters[d] = _parameters[d] with { When = (parent, _parameters[parent].Name, [.. values.Where((_, k) => k == 0 ? _random.Next(2) == 0 : k == 1 || _random.Next(3) == 0)]) };
        }
    }

    private void Rules()
    {
        int[] numeric = [.. Enumerable.Range(0, _parameters.Count).Where(d => _parameters[d].IsAmount)];
        int[] numbers = [.. Enumerable.Range(0, _parameters.Count).Where(d => _parameters[d].IsAmount || _parameters[d].Kind == "fidelity")];
        if (numeric.Length > 1 && _random.Next(5) < 2) _mixtures.Add(Some(numeric) is var parts && _random.Next(3) > 0 ? (parts, Math.Round(parts.Sum(d => _parameters[d].Draw(_random)), 3)) : (parts, Pick(0.5, 0.8, 1, 1.5, 2, 3)));
        if (Some([.. numeric.Where(d => _parameters[d].Has(0))]) is { Length: > 1 } zeros && _random.Next(5) < 3)
            _counts.Add(_random.Next(0, zeros.Length) is var least ? (zeros, least, _random.Next(Math.Max(1, least), zeros.Length + 1)) : default);
        for (var k = 0; k < 2 && numbers.Length > 1; k++)
            if (_random.Next(3) == 0) _conditions.Add(DrawnCondition.Of(_random, [.. Some(numbers)[..2].Select(d => (d, _parameters[d].Name))]));
    }

    private void Rows()
    {
        _mixtures.Clear();
        for (var (k, count) = (0, _random.Next(4, 40)); k < count; k++)
            _rows.Add([.. _parameters.Select(parameter => parameter is { IsContext: true } && _random.Next(2) == 0 ? _context : parameter.Draw(_random))]);
    }

    /// <summary>Two or more of them in any order; none where there are not so many.</summary>
    private int[] Some(int[] all) => all.Length < 2 ? [] : [.. all.OrderBy(_ => _random.Next()).Take(_random.Next(2, all.Length + 1))];

    private double Pick(params double[] all) => all[_random.Next(all.Length)];

    private string Names(int[] of) => string.Join(',', of.Select(d => $"\"{_parameters[d].Name}\""));

    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
