namespace Akka.Configuration;

/// <summary>Reads the part of HOCON that settings of an actor system need.</summary>
internal sealed class HoconText(string text)
{
    private readonly Dictionary<string, string> _settings = [];
    private int _at;

    public IReadOnlyDictionary<string, string> Read()
    {
        ReadFields("");
        if (_at < text.Length)
            throw Wrong("there is a } without its {");
        return _settings;
    }

    private void ReadFields(string prefix)
    {
        for (SkipSeparators(); _at < text.Length && text[_at] != '}'; SkipSeparators())
        {
            var key = prefix + Word("a key");
            SkipBlanks();
            if (Takes('{'))
            {
                ReadFields(key + ".");
                if (!Takes('}'))
                    throw Wrong($"the {{ of {key} is not closed");
            }
            else if (Takes('=') || Takes(':'))
            {
                SkipBlanks();
                _settings[key] = Takes('[') ? List(key) : Word("a value");
            }
            else
            {
                throw Wrong($"after the key {key} comes neither = nor : nor {{");
            }
        }
    }

    private string List(string key)
    {
        var start = _at;
        while (_at < text.Length && text[_at] != ']')
            _at++;
        if (!Takes(']'))
            throw Wrong($"the [ of {key} is not closed");
        return $"[{text[start..(_at - 1)]}]";
    }

    private string Word(string what)
    {
        if (Takes('"'))
        {
            var end = text.IndexOf('"', _at);
            if (end < 0)
                throw Wrong("a quotation mark is not closed");
            var quoted = text[_at..end];
            _at = end + 1;
            return quoted;
        }
        var start = _at;
        while (_at < text.Length && !"{}[]=:,#\"\r\n".Contains(text[_at]) && !AtSlashes)
            _at++;
        var word = text[start.._at].Trim();
        return word.Length > 0 ? word : throw Wrong($"{what} is missing");
    }

    private bool AtSlashes => text.AsSpan(_at).StartsWith("//", StringComparison.Ordinal);

    private bool Takes(char c)
    {
        var there = _at < text.Length && text[_at] == c;
        if (there)
            _at++;
        return there;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t')
            _at++;
    }

    private void SkipSeparators()
    {
        while (_at < text.Length)
        {
            if (text[_at] == '#' || AtSlashes)
                _at = text.IndexOf('\n', _at) is var end and >= 0 ? end : text.Length;
            else if (char.IsWhiteSpace(text[_at]) || text[_at] == ',')
                _at++;
            else
                return;
        }
    }

    private ConfigurationException Wrong(string what) => new($"Line {text.AsSpan(0, _at).Count('\n') + 1} of the configuration: {what}.");
}
