using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What the properties of the suspenders of a campaign and of its lab have shown, and whether it is to be suspended for it. Pure.</summary>
internal sealed record SuspensionWatch
{
    private ImmutableArray<Suspender> Suspenders { get; init; } = [];

    private LabStations Lab { get; init; } = LabStations.OnePlace;

    /// <summary>Those out of their band, by suspender and instrument: why, and since when they are back; null where they are not.</summary>
    private ImmutableSortedDictionary<(int Suspender, string Instrument), (string Why, DateTimeOffset? Since)> Out { get; init; } = ImmutableSortedDictionary<(int, string), (string, DateTimeOffset?)>.Empty;

    /// <param name="suspended">Why the campaign is suspended by its record, which each of the suspenders must show anew to be over; null where it is not.</param>
    public static SuspensionWatch Of(CampaignPlan plan, LabStations lab, string? suspended)
    {
        var watch = new SuspensionWatch { Suspenders = [.. plan.Suspend, .. lab.Suspend], Lab = lab };
        if (suspended is null) return watch;
        return watch with { Out = ImmutableSortedDictionary.CreateRange(watch.Suspenders.SelectMany((suspender, k) => lab.Watched(suspender).Select(instrument => KeyValuePair.Create((k, instrument), (suspended, (DateTimeOffset?)null))))) };
    }

    public bool IsEmpty => Suspenders.IsEmpty;

    /// <param name="now">Lab time.</param>
    public SuspensionWatch With(string instrument, string property, PropertyFrame shown, DateTimeOffset now)
    {
        var watch = this;
        for (var k = 0; k < Suspenders.Length; k++)
        {
            var suspender = Suspenders[k];
            if (suspender.Property != property || !Lab.Watched(suspender).Contains(instrument)) continue;
            var isOut = watch.Out.TryGetValue((k, instrument), out var known);
            if (shown.Quality is Quality.Stale or Quality.Bad || !shown.Value.Unit.Fits(suspender.Unit))
            {
                // Nobody knows; what was out is not back.
                if (isOut) watch = watch with { Out = watch.Out.SetItem((k, instrument), known with { Since = null }) };
            }
            else if (!suspender.IsKept(shown.Value)) watch = watch with { Out = watch.Out.SetItem((k, instrument), ($"{property} of {instrument} is {shown.Value}, and should be {suspender.Band}", null)) };
            else if (isOut && known.Since is null) watch = watch with { Out = watch.Out.SetItem((k, instrument), known with { Since = now }) };
        }

        return watch;
    }

    /// <summary>Without those that have been back for as long as they should.</summary>
    public SuspensionWatch At(DateTimeOffset now) => this with { Out = Out.RemoveRange(Out.Where(pair => pair.Value.Since + Suspenders[pair.Key.Suspender].Back <= now).Select(pair => pair.Key)) };

    /// <summary>Why the campaign begins nothing; null where nothing keeps it.</summary>
    public string? Why => Out.IsEmpty ? null : Out.First().Value.Why;

    /// <summary>When one that is back has been so for as long as it should; null where none is.</summary>
    public DateTimeOffset? Next => Out.Where(pair => pair.Value.Since is not null).Min(pair => pair.Value.Since + Suspenders[pair.Key.Suspender].Back);
}
