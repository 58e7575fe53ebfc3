namespace LabAutomation.SystemTests.Docs;

/// <summary>What a page asks its reader to do or to see, in order.</summary>
/// <param name="Place">Such as <c>docs/tutorial-driver.md:24</c>.</param>
internal abstract record TutorialStep(string Place)
{
    /// <summary>Something to type.</summary>
    public sealed record Command(DocumentedCommand Typed) : TutorialStep(Typed.Place);

    /// <summary>Something to see in what the last command said.</summary>
    public sealed record Output(string Place, IReadOnlyList<string> Lines) : TutorialStep(Place);

    /// <summary>A change to a file; in a block <c>diff</c> whose first line names it.</summary>
    public sealed record Edit(string Place, string File, IReadOnlyList<string> Before, IReadOnlyList<string> After) : TutorialStep(Place)
    {
        /// <exception cref="InvalidDataException">What is to be changed does not stand in the text, or stands there twice.</exception>
        public string Apply(string text)
        {
            var lines = text.Split('\n').ToList();
            var at = Enumerable.Range(0, lines.Count).Where(k => lines.Skip(k).Take(Before.Count).SequenceEqual(Before)).ToArray();
            if (at.Length != 1) throw new InvalidDataException($"{Place}: these lines stand {at.Length} times in {File}:\n{string.Join('\n', Before)}");
            lines.RemoveRange(at[0], Before.Count);
            lines.InsertRange(at[0], After);
            return string.Join('\n', lines);
        }
    }

    /// <exception cref="InvalidDataException">A block <c>diff</c> does not begin with the file's name.</exception>
    public static IEnumerable<TutorialStep> Read(string page, IReadOnlyList<string> lines)
    {
        var commands = DocumentedCommand.Read(page, lines).ToDictionary(command => command.Place);
        for (var k = 0; k < lines.Count; k++)
        {
            if (!lines[k].StartsWith("```", StringComparison.Ordinal)) continue;
            var (language, first) = (lines[k][3..], k + 1);
            do k++;
            while (!lines[k].StartsWith("```", StringComparison.Ordinal));
            var (place, block) = ($"{page}:{first + 1}", lines.Skip(first).Take(k - first).ToArray());
            if (language == "text") yield return new Output(place, block);
            if (language == "diff") yield return EditOf(place, block);
            for (var line = first; language == "sh" && line < k; line++)
            {
                if (commands.TryGetValue($"{page}:{line + 1}", out var command)) yield return new Command(command);
            }
        }
    }

    private static Edit EditOf(string place, IReadOnlyList<string> block)
    {
        if (!block[0].StartsWith("@@ ", StringComparison.Ordinal)) throw new InvalidDataException($"{place}: a change begins with a line '@@ FILE'");
        return new Edit(place, block[0][3..], Side('-'), Side('+'));

        // A blank line of a block counts as one that stays.
        string[] Side(char mark) => [.. block.Skip(1).Where(line => line.Length == 0 || line[0] == ' ' || line[0] == mark).Select(line => line.Length == 0 ? "" : line[1..])];
    }
}
