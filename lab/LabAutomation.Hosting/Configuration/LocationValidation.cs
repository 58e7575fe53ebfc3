using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Whether locations, what stands at them and what carries between them fit together.</summary>
internal static class LocationValidation
{
    public static IEnumerable<string> Of(InstrumentListOptions options)
    {
        var (locations, instruments) = (options.Locations.Select(location => location.Name).ToArray(), options.Instruments.Select(instrument => instrument.Name).ToArray());
        for (var k = 0; k < options.Locations.Count; k++)
        {
            foreach (var failure in Annotations(options.Locations[k])) yield return $"Locations:{k}: {failure}";
            if (options.Locations[k].Numbers() is null) yield return $"Locations:{k}: Positions '{options.Locations[k].Positions}' is no list of numbers, each once; write 7, 21-28 or 1,3,5";
        }

        foreach (var twice in locations.GroupBy(name => name).Where(group => group.Count() > 1)) yield return $"Locations: the name '{twice.Key}' is given {twice.Count()} times";
        foreach (var twice in options.Locations.SelectMany(location => location.Numbers() ?? []).GroupBy(number => number).Where(group => group.Count() > 1)) yield return $"Locations: position {twice.Key} is at {twice.Count()} locations, and a sample stands at one";
        for (var k = 0; k < options.Instruments.Count; k++)
        {
            if (options.Instruments[k] is { Location: { } at } && !locations.Contains(at)) yield return $"Instruments:{k}: there is no Location '{at}'; {Having("Locations has", locations)}";
            if (options.Instruments[k] is { Batch: true, Location: null }) yield return $"Instruments:{k}: Batch is about the samples at its Location, and it has none";
            if (options.Instruments[k] is { Batch: false, FillFor: > 0 }) yield return $"Instruments:{k}: FillFor is about a Batch, and it is none";
            if (options.Instruments[k] is { Location: not null, Station: not null }) yield return $"Instruments:{k}: it has a Station and a Location; a trial keeps to its station, and samples are carried to a location";
        }

        for (var k = 0; k < options.Transports.Count; k++)
        {
            var transport = options.Transports[k];
            foreach (var failure in Annotations(transport)) yield return $"Transports:{k}: {failure}";
            if (!instruments.Contains(transport.Instrument)) yield return $"Transports:{k}: there is no Instrument '{transport.Instrument}'; {Having("there are", instruments)}";
            if (options.Transports.Take(k).Any(other => other.Instrument == transport.Instrument)) yield return $"Transports:{k}: '{transport.Instrument}' has an entry already; put all locations into its Between";
            if (transport.Between.Count < 2) yield return $"Transports:{k}: Between names two locations or more";
            foreach (var stranger in transport.Between.Where(name => !locations.Contains(name))) yield return $"Transports:{k}: Between names '{stranger}', which is no location; {Having("Locations has", locations)}";
        }
    }

    private static IEnumerable<string?> Annotations(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => result.ErrorMessage);
    }

    private static string Having(string what, string[] names) => names.Length == 0 ? "there are none" : $"{what} {string.Join(", ", names)}";
}
