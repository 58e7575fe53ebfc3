using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Reads and writes fault files. They are described in docs/reference/chaos.md.</summary>
public static class FaultFile
{
    private static readonly NameShape Target = new("^[A-Za-z0-9_.-]{1,64}$", "the name of an instrument or a campaign, or agents");

    private static readonly MapShape Entry = new("a fault",
        new("kind", "What goes wrong.", new ChoiceShape([.. FaultTraits.All.Select(traits => traits.Name)]), Required: true),
        new("on", "The instrument, or agents, or the campaign that it strikes.", Target),
        new("at", "Lab time since the campaign began, such as 42 s.", new TimeShape()),
        new("at-write", "The write to the disk in which it strikes, counted from 1.", new IntegerShape(1, int.MaxValue)),
        new("after", "true where that write has come to its end.", new BooleanShape()),
        new("at-message", "The message to the broker at which it strikes, counted from 1.", new IntegerShape(1, int.MaxValue)),
        new("for", "How long it lasts.", new TimeShape()),
        new("amount", "How much of it there is.", new NumberShape())) { ExactlyOne = ["at", "at-write", "at-message"] };

    private static readonly MapShape File = new("a fault file", new KeyShape("faults", "What goes wrong, in any order.", new ListShape(Entry), Required: true));

    /// <param name="subjects">The instruments and campaigns that take part.</param>
    /// <exception cref="CampaignFileException">It cannot be read, or is not a fault file for these; all that was found is in it.</exception>
    public static ImmutableArray<Fault> Load(string path, IReadOnlyCollection<FaultSubject> subjects)
    {
        try
        {
            return Parse(System.IO.File.ReadAllText(path), path, subjects);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CampaignFileException([new Problem(path, 0, 0, System.IO.File.Exists(path) ? "the file cannot be read" : "there is no such file")]);
        }
    }

    /// <inheritdoc cref="Load"/>
    /// <param name="file">Its name, for messages.</param>
    public static ImmutableArray<Fault> Parse(string text, string file, IReadOnlyCollection<FaultSubject> subjects)
    {
        var problems = new ProblemList(file);
        var root = YamlTree.Read(text.TrimStart('\uFEFF'), problems, "fault file", "faults:");
        if (root is { Entries.Length: 1 } && root["faults"] is TextNode { IsEmpty: true }) return [];
        if (root is not null) File.Check(root, problems, (_, _) => null);
        var faults = problems.Count == 0 ? ((ListNode)root!["faults"]!).Items.Cast<MapNode>().Select(map => Read(map, subjects, problems)).ToImmutableArray() : [];
        return problems.Count == 0 ? faults : throw new CampaignFileException(problems.InOrder());
    }

    /// <summary>A file that <see cref="Parse"/> reads as these faults.</summary>
    public static string Write(IEnumerable<Fault> faults)
    {
        var text = new StringBuilder();
        foreach (var fault in faults) text.Append("  - { ").AppendJoin(", ", Keys(fault)).Append(" }\n");
        return text.Length == 0 ? "faults: []\n" : $"faults:\n{text}";
    }

    private static IEnumerable<string> Keys(Fault fault)
    {
        yield return $"kind: {fault.Traits.Name}";
        if (fault.On is { } on) yield return $"on: {on}";
        if (fault.At is { } at) yield return $"at: {Seconds(at)}";
        if (fault.AtWrite is { } write) yield return string.Create(CultureInfo.InvariantCulture, $"at-write: {write}");
        if (fault.After) yield return "after: true";
        if (fault.AtMessage is { } message) yield return string.Create(CultureInfo.InvariantCulture, $"at-message: {message}");
        if (fault.For > TimeSpan.Zero) yield return $"for: {Seconds(fault.For)}";
        if (fault.Amount is { } amount) yield return string.Create(CultureInfo.InvariantCulture, $"amount: {amount}");
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static Fault Read(MapNode map, IReadOnlyCollection<FaultSubject> subjects, ProblemList problems)
    {
        var traits = FaultTraits.Find(((TextNode)map["kind"]!).Text)!;
        CheckTarget(map, traits, subjects, problems);
        CheckFigures(map, traits, problems);
        return new Fault(traits.Kind, Time(map, "at"))
        {
            On = (map["on"] as TextNode)?.Text,
            For = Time(map, "for") ?? TimeSpan.Zero,
            Amount = (map["amount"] as TextNode)?.AsNumber(),
            AtWrite = (long?)(map["at-write"] as TextNode)?.AsNumber(),
            AtMessage = (long?)(map["at-message"] as TextNode)?.AsNumber(),
            After = map["after"] is TextNode { Text: "true" },
        };
    }

    /// <summary>To the millisecond, as they are written.</summary>
    private static TimeSpan? Time(MapNode map, string key) => map[key] is TextNode text && TimeShape.Read(text) is { } time ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(time.TotalMilliseconds))) : null;

    private static void CheckTarget(MapNode map, FaultTraits traits, IReadOnlyCollection<FaultSubject> subjects, ProblemList problems)
    {
        var names = subjects.Where(subject => subject.IsStruckBy(traits)).Select(subject => subject.Name).Concat(traits.Target == FaultTarget.Client ? [FaultDraw.Agents] : []).ToArray();
        if (traits.Target == FaultTarget.Lab)
        {
            if (map["on"] is not null) problems.Add(map.MarkOf("on"), $"'{traits.Name}' strikes the whole lab", "leave 'on' out");
        }
        else if (map["on"] is not TextNode on) problems.Add(map.At, $"'{traits.Name}' lacks 'on'", $"it strikes one of {string.Join(", ", names)}");
        else if (!names.Contains(on.Text, StringComparer.Ordinal)) problems.Add(on.At, $"'{traits.Name}' cannot strike '{on.Text}' in this campaign", names.Length > 0 ? $"it strikes one of {string.Join(", ", names)}" : "it strikes nothing that takes part");
    }

    private static void CheckFigures(MapNode map, FaultTraits traits, ProblemList problems)
    {
        if (traits.Lasts != map["for"] is not null) problems.Add(map.At, traits.Lasts ? $"'{traits.Name}' lacks 'for'" : $"'{traits.Name}' is over at once", traits.Lasts ? "say how long it lasts, such as for: 30 s" : "leave 'for' out");
        if (map["at-write"] is not null && !traits.AtWrite) problems.Add(map.MarkOf("at-write"), $"'{traits.Name}' cannot strike at a write", "say at which time");
        if (map["at-message"] is not null && !traits.AtMessage) problems.Add(map.MarkOf("at-message"), $"'{traits.Name}' cannot strike at a message", "say at which time");
        if (map["at-write"] is null && traits is { Kind: FaultKind.TornWrite }) problems.Add(map.At, "'torn-write' strikes at a write", "say which one, such as at-write: 17");
        if (map["after"] is not null && map["at-write"] is null) problems.Add(map.MarkOf("after"), "'after' belongs to 'at-write'", "leave it out");
        if (traits.Amount is not { } amount)
        {
            if (map["amount"] is not null) problems.Add(map.MarkOf("amount"), $"'{traits.Name}' has no amount", "leave it out");
        }
        else if ((map["amount"] as TextNode)?.AsNumber() is not { } given) problems.Add(map.At, $"'{traits.Name}' lacks 'amount'", $"its {amount.Meaning}");
        else if (amount.IsWhole && given != Math.Floor(given)) problems.Add(map.MarkOf("amount"), string.Create(CultureInfo.InvariantCulture, $"the amount of '{traits.Name}' cannot be {given}"), $"it is {amount.Meaning}, a whole number");
        else if (given < amount.Least || given > amount.Most) problems.Add(map.MarkOf("amount"), string.Create(CultureInfo.InvariantCulture, $"the amount of '{traits.Name}' cannot be {given}"), string.Create(CultureInfo.InvariantCulture, $"it is {amount.Meaning}, {amount.Least} to {amount.Most}"));
    }
}
