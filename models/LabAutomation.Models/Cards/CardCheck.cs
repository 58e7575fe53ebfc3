using System.Text.RegularExpressions;

namespace LabAutomation.Models;

/// <summary>What a card may not lack or contradict.</summary>
internal static partial class CardCheck
{
    /// <summary>Of one tensor: a gibibyte of 32-bit floats.</summary>
    public const int MostElements = 1 << 28;

    /// <summary>How many times a tolerance must fit into the range of its output: a vector that anything meets checks nothing.</summary>
    private const int NarrowerThanRange = 20;

    /// <summary>The tolerance of an output all of whose golden values are 0, at most: nothing there says what is small.</summary>
    private const float OfNothing = 1e-3f;

    public static string? Mistake(ModelCard card) =>
        Holes(card) ?? Unanswered(card) ?? Facts(card) ?? Tensors(card) ?? Dimensions(card) ?? card.Golden.Select(golden => Golden(card, golden)).FirstOrDefault(mistake => mistake is not null);

    /// <returns>Why an open dimension cannot have this length, or null.</returns>
    public static string? Mistake(ModelCard card, string dimension, int length)
    {
        if (!card.Dimensions.TryGetValue(dimension, out var limits))
            return $"there is no open dimension '{dimension}'";
        return length < limits.Min || length > limits.Max ? $"'{dimension}' cannot be {length}; the card allows {limits.Min} to {limits.Max}" : null;
    }

    /// <summary>Where YAML has a key or an item and nothing behind it.</summary>
    private static string? Holes(ModelCard card)
    {
        if (card.Inputs.Any(tensor => tensor is null)) return "an item of 'inputs' is empty";
        if (card.Outputs.Any(tensor => tensor is null)) return "an item of 'outputs' is empty";
        if (card.Golden.Any(golden => golden is null)) return "an item of 'golden' is empty";
        if (card.Dimensions.FirstOrDefault(pair => pair.Value is null) is { Key: { } dimension }) return $"dimension '{dimension}' says nothing; it needs at least max";
        if (card.Inputs.Concat(card.Outputs).FirstOrDefault(tensor => tensor.Processing.Any(step => step is null)) is { } processed) return $"'processing' of '{processed.Name}' has an empty item";
        foreach (var golden in card.Golden)
        {
            if (golden.Inputs.Concat(golden.Outputs).FirstOrDefault(pair => pair.Value is null) is { Key: { } empty }) return $"golden vector '{golden.Name}': '{empty}' has no values";
        }

        return null;
    }

    private static string? Unanswered(ModelCard card)
    {
        (string Field, string Value)[] fields =
        [
            ("name", card.Name), ("version", card.Version), ("licence", card.Licence), ("description", card.Description), ("sensitivity", card.Sensitivity), ("provenance.source", card.Provenance.Source), ("provenance.data", card.Provenance.Data),
            .. card.Inputs.Concat(card.Outputs).Select(tensor => ($"the unit of '{tensor.Name}'", tensor.Unit)),
        ];
        var open = fields.Where(field => field.Value.Trim() is "" or ModelCard.Unanswered).Select(field => field.Field).ToList();
        return open.Count == 0 ? null : $"the draft has not been filled in: {string.Join(", ", open)}";
    }

    private static string? Facts(ModelCard card)
    {
        if (!Name().IsMatch(card.Name))
            return $"name is '{card.Name}'; it has letters, digits, '.', '_' and '-', begins with a letter or a digit and is at most 64 characters long";
        if (!Version().IsMatch(card.Version))
            return $"version is '{card.Version}'; it has letters, digits, '.', '_', '+' and '-', such as 1.10, begins with a letter or a digit and is at most 32 characters long";
        if (!Sensitivity.Labels.Contains(card.Sensitivity))
            return $"sensitivity is '{card.Sensitivity}'; it is one of {string.Join(", ", Sensitivity.Labels)}";
        if (card.Sha256.Length != 64 || !card.Sha256.All(char.IsAsciiHexDigit))
            return $"sha256 is '{card.Sha256}'; it has 64 hexadecimal digits";
        if (card.Provenance.Usual?.FirstOrDefault(pair => pair.Value is not [var low, var high] || !(low <= high) || !float.IsFinite(low) || !float.IsFinite(high)) is { Key: { } strange })
            return $"'{strange}' under 'usual' must be [lowest, highest], both finite";
        return card.Golden.Length == 0 ? "golden is empty, and a card without golden vectors proves nothing; add at least one" : null;
    }

    private static string? Tensors(ModelCard card)
    {
        if (card.Inputs.Length == 0 || card.Outputs.Length == 0)
            return $"{(card.Inputs.Length == 0 ? "inputs" : "outputs")} is empty, and a model has at least one input and one output";
        var tensors = card.Inputs.Concat(card.Outputs).ToList();
        if (tensors.GroupBy(tensor => tensor.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            return $"there are {twice.Count()} tensors called '{twice.Key}'";
        foreach (var side in (TensorCard[][])[card.Inputs, card.Outputs])
        {
            if (side.GroupBy(tensor => tensor.GraphName).FirstOrDefault(group => group.Count() > 1) is { } shared)
                return $"{string.Join(" and ", shared.Select(tensor => $"'{tensor.Name}'"))} are all '{shared.Key}' in the graph; each has one of its own";
        }

        return tensors.Select(tensor => tensor.Mistake(card.Dimensions)).FirstOrDefault(mistake => mistake is not null) ?? Sides(card) ?? Size(card);
    }

    /// <summary>Buffers are laid out for the longest of all dimensions.</summary>
    private static string? Size(ModelCard card)
    {
        var largest = card.Inputs.Concat(card.Outputs).MaxBy(tensor => Elements(tensor, card))!;
        return Elements(largest, card) > MostElements
            ? $"{largest} has {Elements(largest, card):0} elements where its dimensions are longest, and {MostElements} is the most; lower their 'max'"
            : null;
    }

    private static double Elements(TensorCard tensor, ModelCard card) =>
        tensor.Shape.Aggregate(1.0, (product, extent) => product * (extent.Symbol is { } symbol ? card.Dimensions[symbol].Max : extent.Length));

    /// <summary>What only an input or only an output can have.</summary>
    private static string? Sides(ModelCard card)
    {
        if (card.Inputs.Select(Beyond).OfType<string>().FirstOrDefault() is { } beyond) return beyond;
        if (card.Inputs.FirstOrDefault(tensor => tensor.Deviation is not null) is { } input) return $"'{input.Name}' is an input; 'deviation' belongs to an output";
        if (card.Outputs.FirstOrDefault(tensor => tensor.Along is not null) is { } output) return $"'{output.Name}' is an output; 'along' belongs to an input";
        foreach (var tensor in card.Outputs.Where(tensor => tensor.Deviation is not null))
        {
            if (card.Outputs.FirstOrDefault(other => other.Name == tensor.Deviation) is not { } deviation || deviation == tensor)
                return $"the deviation of '{tensor.Name}' is '{tensor.Deviation}'; it is another output";
            if (!deviation.Shape.SequenceEqual(tensor.Shape) || deviation.Unit != tensor.Unit)
                return $"the deviation of {tensor} in {tensor.Unit} is {deviation} in {deviation.Unit}; it has the same shape and unit";
            if (deviation.Range[0] < 0) return $"'{deviation.Name}' is a deviation; its range begins at 0 or above";
        }

        return null;
    }

    /// <summary>Where the graph's type does not hold what callers may hand over, it would be given something else.</summary>
    private static string? Beyond(TensorCard input)
    {
        if (input.Processing.Length > 0) return null;
        var ((lowest, highest), (low, high)) = (ElementType.Limits(input.Type), input.Normalisation?.Widest(input.Range) ?? (input.Range[0], input.Range[1]));
        return low < lowest || high > highest
            ? $"the range of '{input.Name}' is {low} to {high} in the graph, and its type, {input.Type}, holds {lowest} to {highest}"
            : null;
    }

    private static string? Dimensions(ModelCard card)
    {
        var tensors = card.Inputs.Concat(card.Outputs).ToList();
        foreach (var (name, dimension) in card.Dimensions)
        {
            if (dimension.Mistake(name) is { } mistake) return mistake;
            if (!tensors.Any(tensor => tensor.Shape.Any(extent => extent.Symbol == name)))
                return $"dimension '{name}' is in no shape";
        }

        if (card.Batch is not { } batch) return null;
        if (!card.Dimensions.ContainsKey(batch))
            return $"the batch dimension '{batch}' must stand under dimensions";
        return tensors.FirstOrDefault(tensor => tensor.Shape.Length == 0 || tensor.Shape[0].Symbol != batch || tensor.Shape.Skip(1).Any(extent => extent.Symbol == batch)) is { } odd
            ? $"'{batch}' is the batch dimension and must be the outermost of every tensor, and only that; {odd} has another shape"
            : null;
    }

    private static string? Golden(ModelCard card, GoldenVector golden)
    {
        var mistake = golden.Tolerances.Keys.Except(card.Outputs.Select(output => output.Name)).FirstOrDefault() is { } unknown ? $"'tolerances' names '{unknown}', which is no output" : null;
        foreach (var output in card.Outputs) mistake ??= Tolerance(golden.ToleranceOf(output.Name), output, card);
        foreach (var (name, length) in golden.Lengths) mistake ??= Mistake(card, name, length);
        if (mistake is null)
        {
            var lengths = card.Lengths(golden.Lengths, dimension => dimension.Min);
            mistake = Values(golden.Inputs, card.Inputs, lengths) ?? Values(golden.Outputs, card.Outputs, lengths);
        }

        return mistake is null ? null : $"golden vector '{golden.Name}': {mistake}";
    }

    private static string? Tolerance(float? tolerance, TensorCard output, ModelCard card)
    {
        if (tolerance is not { } given) return $"'{output.Name}' has no tolerance; give 'tolerance' for all outputs, or its own under 'tolerances'";
        if (!(given > 0) || !float.IsFinite(given)) return $"the tolerance of '{output.Name}' must be positive and finite";
        if (given > (output.Range[1] - output.Range[0]) / NarrowerThanRange)
            return $"the tolerance of '{output.Name}' is {given} {output.Unit}, more than 1/{NarrowerThanRange} of its range, so that the vector proves little; give it one of its own under 'tolerances'";
        var largest = card.Golden.Max(golden => golden.Outputs.GetValueOrDefault(output.Name)?.Select(MathF.Abs).DefaultIfEmpty(0).Max() ?? 0);
        if (largest == 0)
            return given > OfNothing ? $"the tolerance of '{output.Name}' is {given} {output.Unit}, and all its golden values are 0; then it is {OfNothing} at most" : null;
        return given > largest / NarrowerThanRange
            ? $"the tolerance of '{output.Name}' is {given} {output.Unit}, more than 1/{NarrowerThanRange} of {largest}, the largest of its golden values, so that the vector proves little; give it one of its own under 'tolerances'"
            : null;
    }

    private static string? Values(Dictionary<string, float[]> values, TensorCard[] tensors, Dictionary<string, int> lengths)
    {
        if (values.Keys.Except(tensors.Select(tensor => tensor.Name)).FirstOrDefault() is { } unknown)
            return $"there is no tensor '{unknown}'";
        foreach (var tensor in tensors)
        {
            if (!values.TryGetValue(tensor.Name, out var given))
                return $"'{tensor.Name}' is missing";
            if (given.Length != tensor.CountAt(lengths))
                return tensor.LengthText(given.Length, tensor.CountAt(lengths));
            if (tensor.Judge(given, out _) is { } mistake)
                return mistake;
        }

        return null;
    }

    /// <summary>As a campaign and a lab file can name it, and no path.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.+-]{0,31}\z")]
    private static partial Regex Version();
}
