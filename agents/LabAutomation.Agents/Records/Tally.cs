namespace LabAutomation.Agents.Records;

/// <summary>Of what may happen without end: the first are told one by one, and those beyond are counted and told together, so that none is lost. Not thread-safe.</summary>
/// <param name="most">Told one by one.</param>
/// <param name="together">Told together at the latest.</param>
public sealed class Tally(int most, int together)
{
    private int _told;
    private int _untold;

    /// <summary>One more has happened.</summary>
    /// <returns>Whether it is to be told by itself.</returns>
    public bool Add()
    {
        if (_told < most)
        {
            _told++;
            return true;
        }

        _untold++;
        return false;
    }

    /// <summary>Whether so many were counted that they are to be told now.</summary>
    public bool IsDue => _untold >= together;

    /// <summary>How many were counted since they were last told; they count as told then.</summary>
    public int Take()
    {
        var untold = _untold;
        _untold = 0;
        return untold;
    }
}
