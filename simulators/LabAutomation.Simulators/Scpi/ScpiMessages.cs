namespace LabAutomation.Simulators.Scpi;

/// <summary>
/// The parser and output queue of IEEE 488.2 in small: units run in order, answers of one message go out together, and a unit that has
/// to wait holds up all that follow.
/// </summary>
internal sealed class ScpiMessages(Func<string, bool> mustWait, Func<string, string[], string?> carryOut, Action<int> fail, Action<string> send)
{
    private readonly LinkedList<(string Unit, bool Last)> units = new();
    private readonly List<string> answers = [];

    /// <summary>Whether answers of the message under way wait to be sent.</summary>
    public bool HasAnswers => answers.Count > 0;

    public void Add(string message)
    {
        var parts = message.Split(';');
        for (var i = 0; i < parts.Length; i++) units.AddLast((parts[i].Trim(), i == parts.Length - 1));
    }

    public void Clear()
    {
        units.Clear();
        answers.Clear();
    }

    /// <returns>False when a unit waits; call again later.</returns>
    public bool Run()
    {
        while (units.First is { } next)
        {
            var (unit, last) = next.Value;
            var words = unit.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && mustWait(words[0])) return false;
            units.RemoveFirst();
            if (words.Length > 0 && !TryCarryOut(words))
            {
                for (; !last && units.First is { } rest; last = rest.Value.Last) units.RemoveFirst();
            }

            if (!last) continue;
            if (answers.Count > 0) send(string.Join(';', answers));
            answers.Clear();
        }

        return true;
    }

    private bool TryCarryOut(string[] words)
    {
        try
        {
            var parameters = words.Length == 1 ? [] : words[1].Split(',', StringSplitOptions.TrimEntries);
            if (carryOut(words[0], parameters) is { } answer) answers.Add(answer);
            return true;
        }
        catch (ScpiException error)
        {
            fail(error.Code);
            return false;
        }
    }
}
