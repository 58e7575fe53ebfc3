using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>The advice of an opened problem: regions and points that are preferred, by the names of the parameters.</summary>
internal sealed class AdviceReader(SearchSpace space)
{
    private readonly PointReader _points = new(space.Dimensions);

    public Advice Read(JsonElement advice)
    {
        var message = MessageObject.Of(advice, "'advice'", "trust", "regions", "points");
        ImmutableArray<AdvisedRegion> regions =
        [
            .. message.Find("regions") is { } list ? MessageValues.List(list, "'regions' of advice").Select(Region) : [],
            .. message.Find("points") is { } points ? MessageValues.List(points, "'points' of advice").Select(point => AdvisedRegion.About(_points.Part(point, "a point of advice"), space)) : [],
        ];
        if (regions.IsEmpty) throw new StudyException("'advice' wants 'regions' or 'points', such as {\"regions\":[{\"where\":{\"t\":{\"from\":0.2,\"to\":0.4}}}]}");
        return message.Find("trust") is { } trust ? new Advice(regions) { Trust = MessageValues.Number(trust, "'trust' of advice") } : new Advice(regions);
    }

    private AdvisedRegion Region(JsonElement region)
    {
        var message = MessageObject.Of(region, "a region of advice", "weight", "where");
        var where = message["where"];
        if (where.ValueKind != JsonValueKind.Object) throw new StudyException($"'where' of a region is an object with a preference for each parameter that is spoken of, not {MessageValues.Named(where)}");
        var read = new AdvisedRegion([.. where.EnumerateObject().Select(one => Preference(_points.PlaceOf(one.Name), one.Value))]);
        return message.Find("weight") is { } weight ? read with { Weight = MessageValues.Number(weight, "'weight' of a region") } : read;
    }

    private Preference Preference(int place, JsonElement preference)
    {
        var dimension = space.Dimensions[place];
        if (preference.ValueKind == JsonValueKind.Array) return new PreferredChoices(place, [.. preference.EnumerateArray().Select(value => PointReader.Coordinate(dimension, value))]);
        var message = MessageObject.Of(preference, $"the preference for '{dimension.Name}'", "from", "to", "near", "within");
        var (from, to, near, within) = (Value("from"), Value("to"), Value("near"), message.Find("within"));
        if (near is null && within is null) return new PreferredRange(place, from, to);
        if (near is not { } centre || from is not null || to is not null) throw new StudyException($"the preference for '{dimension.Name}' is a range, with 'from' or 'to' or both, or a place, with 'near' and perhaps 'within'");
        return PreferredPlace.About(place, dimension, centre, within is { } distance ? MessageValues.Number(distance, "'within' of a preference") : null);

        // The ends of a range, and a place, may lie between listed values.
        double? Value(string key) => message.Find(key) is not { } value ? null
            : value.ValueKind == JsonValueKind.String ? Admission.OfChoice(dimension, value.GetString()!) : MessageValues.Number(value, $"'{key}' of the preference for '{dimension.Name}'");
    }
}
