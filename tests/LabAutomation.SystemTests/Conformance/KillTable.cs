using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using LabAutomation.Conformance;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Testing;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>An instrument whose driver is killed.</summary>
/// <param name="Effect">Of its command. What is set or read may be done again (rule 7 of the contract); what is used up may not.</param>
/// <param name="Command">The n-th command; all have as many effects.</param>
internal sealed record Doom(string Name, string Family, Effect Effect, Func<int, SampleCommand> Command)
{
    /// <summary>Whether the device keeps what tells what became of an action. A motor at rest does not say whether it has turned.</summary>
    public bool CanTell { get; init; } = true;

    private static readonly int[] Exchanges = [1, 2, 3, 4, 5, 6, 8, 10, 13];

    /// <summary>
    /// Every boundary of the journal and of the broker, and some of the exchanges with the device, by turns. Those that an action does not pass
    /// are found out.
    /// </summary>
    public IEnumerable<string> Places
    {
        get
        {
            yield return $"{MortalDriver.Received}:1";
            for (var n = 1; n <= 16; n++)
            {
                yield return $"{MortalDriver.AtJournal}:{n}";
                if (n <= 4) yield return $"{MortalDriver.AtBroker}:{n}";
                if (n <= Exchanges.Length) yield return $"{MortalDriver.AtDevice}:{Exchanges[n - 1]}";
            }
        }
    }
}

/// <summary>What became of the kills, by the place and by what the journal had on disk.</summary>
internal sealed class KillTable
{
    private readonly ConcurrentDictionary<string, KillRow> _rows = [];
    private readonly ConcurrentDictionary<string, KillRow> _dooms = [];

    public IEnumerable<KillRow> Rows => _rows.Values;

    public void Add(KillRow row, Doom doom, string place, ResultFrame told, int effects, int once)
    {
        row.Add(doom, place, told, effects, once);
        Of(doom).Add(doom, place, told, effects, once);
    }

    /// <summary>What became of the kills of one instrument's driver.</summary>
    public KillRow Of(Doom doom) => _dooms.GetOrAdd(doom.Name, name => new KillRow(name));

    public KillRow Row(string place, string onDisk, bool told)
    {
        var where = place.Split(':')[0] switch
        {
            MortalDriver.Received => "when the command came",
            MortalDriver.AtJournal => "at the journal",
            MortalDriver.AtBroker => "at the broker",
            _ => "at the device",
        };
        return _rows.GetOrAdd($"{(onDisk == "ended" && told ? "published" : onDisk)}, {where}", name => new KillRow(name));
    }

    public override string ToString()
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{"on disk, and killed",-34}{"kills",7}{"happened",10}{"once",7}{"twice",7}{"set again",11}{"unknown",9}\n"));
        foreach (var row in Rows.OrderBy(row => row.Name, StringComparer.Ordinal).Append(KillRow.Sum("all", Rows)).Concat(_dooms.Values.OrderBy(row => row.Name, StringComparer.Ordinal))) text.Append(row).Append('\n');
        return text.ToString();
    }
}

/// <summary>One kind of place.</summary>
internal sealed class KillRow(string name)
{
    private readonly Lock _gate = new();

    public string Name => name;

    public int Kills { get; private set; }

    /// <summary>Actions after which the device's list has an effect.</summary>
    public int Happened { get; private set; }

    /// <summary>Actions that were told to have succeeded.</summary>
    public int Succeeded { get; private set; }

    /// <summary>Actions that use something up and have more effects than one command.</summary>
    public int Twice { get; private set; }

    /// <summary>Actions that set or read and were carried out again, as they may.</summary>
    public int Again { get; private set; }

    /// <summary>Outcomes that the device could not tell; a person resolved each.</summary>
    public int Unknown { get; private set; }

    /// <summary>
    /// Actions of which something else was told than the device's list has, in either direction, each in words. What is set has no effect where the device was found as it was to be.
    /// </summary>
    public List<string> Wrong { get; } = [];

    public static KillRow Sum(string name, IEnumerable<KillRow> rows)
    {
        var sum = new KillRow(name);
        foreach (var row in rows)
        {
            sum.Kills += row.Kills;
            sum.Happened += row.Happened;
            sum.Succeeded += row.Succeeded;
            sum.Twice += row.Twice;
            sum.Again += row.Again;
            sum.Unknown += row.Unknown;
            sum.Wrong.AddRange(row.Wrong);
        }

        return sum;
    }

    public void Add(Doom doom, string place, ResultFrame told, int effects, int once)
    {
        lock (_gate)
        {
            Kills++;
            if (effects > 0) Happened++;
            if (told.Status == ActionStatus.Succeeded) Succeeded++;
            if (told.Status == ActionStatus.UnknownOutcome) Unknown++;
            if (effects > once && LedgerAgreement.MayRepeat(doom.Effect)) Again++;
            else if (effects > once) Twice++;
            if (LedgerAgreement.Missing(doom.Effect, told, effects, once) is { } missing) Wrong.Add($"{doom.Name} killed at {place} ({name}): {missing}; told {told.Status}: {told.Message}; {effects} of {once} effects");
            if (doom.Effect == Effect.Read && told.Status == ActionStatus.Succeeded && effects < once) Wrong.Add($"{doom.Name} killed at {place} ({name}): {told.Message}; {effects} of {once} effects");
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name,-34}{Kills,7}{Happened,10}{Happened - Twice - Again,7}{Twice,7}{Again,11}{Unknown,9}");
}
