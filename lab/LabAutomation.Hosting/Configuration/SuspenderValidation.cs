using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Whether the lab's bands are bands of something that the lab has.</summary>
internal static class SuspenderValidation
{
    public static IEnumerable<string> Of(InstrumentListOptions options)
    {
        for (var k = 0; k < options.Suspenders.Count; k++)
        {
            var one = options.Suspenders[k];
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(one, new ValidationContext(one), results, validateAllProperties: true);
            foreach (var result in results) yield return $"{SuspenderOptions.Section}:{k}: {result.ErrorMessage}";
            if (one.Trouble() is { } trouble) yield return $"{SuspenderOptions.Section}:{k}: {trouble}";
            if (one.Instrument.Length > 0 && options.Instruments.All(instrument => instrument.Name != one.Instrument && instrument.Plays != one.Instrument))
                yield return $"{SuspenderOptions.Section}:{k}: there is no instrument '{one.Instrument}'; there are {string.Join(", ", options.Instruments.Select(instrument => instrument.Name))}";
        }
    }
}
