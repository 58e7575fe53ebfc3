using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>Points as objects by the names of the parameters, and as rows in their order.</summary>
internal sealed class PointReader(ImmutableArray<SearchDimension> dimensions, SpaceRules? rules = null)
{
    private readonly SearchSpace _space = new(dimensions, rules: rules);

    private string Names => string.Join(", ", dimensions.Select(dimension => dimension.Name));

    public Point Read(JsonElement x)
    {
        if (x.ValueKind != JsonValueKind.Object) throw new StudyException($"'x' is an object with a value for each of {Names}, not {MessageValues.Named(x)}");
        var coordinates = new double?[dimensions.Length];
        foreach (var property in x.EnumerateObject())
        {
            var place = PlaceOf(property.Name);
            coordinates[place] = Coordinate(dimensions[place], property.Value);
        }
        return SettledPoint.Of(_space, coordinates, d => new StudyException($"'x' lacks parameter '{dimensions[d].Name}'; a point has a value for each of {Names}"));
    }

    /// <summary>What a message says under <c>context</c>; nothing where it has none.</summary>
    public ImmutableDictionary<int, double> Context(MessageObject message) => message.Find("context") is { } context ? Part(context, "'context'") : ImmutableDictionary<int, double>.Empty;

    /// <summary>Coordinates of some parameters by their numbers.</summary>
    /// <param name="what">As messages call the object.</param>
    public ImmutableDictionary<int, double> Part(JsonElement values, string what)
    {
        if (values.ValueKind != JsonValueKind.Object) throw new StudyException($"{what} is an object with values of parameters, not {MessageValues.Named(values)}");
        return values.EnumerateObject().Select(property => (Place: PlaceOf(property.Name), property.Value))
            .ToImmutableDictionary(pair => pair.Place, pair => Coordinate(dimensions[pair.Place], pair.Value));
    }

    /// <param name="number">From 0, for messages.</param>
    public Point Row(JsonElement row, int number)
    {
        try
        {
            var length = row.ValueKind == JsonValueKind.Array ? row.GetArrayLength() : throw new StudyException($"it is a list with a value for each of {Names}, not {MessageValues.Named(row)}");
            if (length != dimensions.Length) throw new StudyException($"it has {length} values for {dimensions.Length} parameters: {Names}");
            return _space.Settled(new Point([.. row.EnumerateArray().Select((value, d) => Coordinate(dimensions[d], value))]));
        }
        catch (StudyException wrong)
        {
            throw new StudyException($"candidate {number}: {wrong.Message}");
        }
    }

    /// <summary>The number of a parameter.</summary>
    public int PlaceOf(string name)
    {
        for (var d = 0; d < dimensions.Length; d++)
            if (dimensions[d].Name == name) return d;
        var near = NearestName.Of(name, dimensions.Select(dimension => dimension.Name)) is { } known ? $" (did you mean '{known}'?)" : "";
        throw new StudyException($"'{Admission.Shortened(name)}' is not a parameter; parameters are {Names}{near}");
    }

    internal static double Coordinate(SearchDimension dimension, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Admission.OfChoice(dimension, value.GetString()!),
        JsonValueKind.Null => throw new StudyException($"parameter '{dimension.Name}' has no value (null)"),
        JsonValueKind.Number => Admission.OfNumber(dimension, MessageValues.Number(value, $"parameter '{dimension.Name}'")),
        _ => throw new StudyException($"parameter '{dimension.Name}' wants {(dimension is CategoricalDimension or OrdinalDimension or TaskDimension ? "one of its choices" : "a number")}, not {MessageValues.Named(value)}"),
    };
}
