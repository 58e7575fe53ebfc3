using LabAutomation.Instruments;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>What became of the frames of one family.</summary>
internal sealed class FrameReport(string family)
{
    public string Family => family;

    public long Frames { get; set; }

    public double Seconds { get; set; }

    /// <summary>Calls that ended well: no frame of theirs mattered, or it was still right.</summary>
    public int Taken { get; set; }

    public int Refused { get; set; }

    public int WithoutReason { get; set; }

    public int Hangs { get; set; }

    public int Goods { get; set; }

    public int GoodsDone { get; set; }

    /// <summary>Commands that were carried out on a line that went bad from some answer on.</summary>
    public int Executions { get; set; }

    /// <summary>Of the executions: the driver said in the end that they succeeded.</summary>
    public int Successes { get; set; }

    /// <summary>Of the successes: the device's own ledger has no effect of theirs.</summary>
    public int Untrue { get; set; }

    /// <summary>
    /// Of the executions of what may be done once only: the driver said that nothing had happened, or that it had failed with nothing done, and the device's own ledger has an effect. It would be given again.
    /// </summary>
    public int Denied { get; set; }

    public string? FirstDenied { get; set; }

    /// <summary>How often a command did not succeed, or the device did not come to rest, on a line that was clean again.</summary>
    public int Disturbed { get; set; }

    public string? FirstDisturbed { get; set; }

    public string? LastRefusal { get; private set; }

    /// <summary>Whether the last refusal was of a device that is in trouble, not of a line.</summary>
    public bool LastWasFault { get; private set; }

    public string? FirstUntrue { get; set; }

    public string? FirstCrash { get; set; }

    public string? FirstTrouble { get; set; }

    /// <summary>Nothing crashed and nothing hung so far.</summary>
    public bool IsSound => FirstCrash is null && Hangs == 0;

    public bool IsGood => IsSound && WithoutReason == 0 && GoodsDone == Goods && Refused > 0 && Successes > 0 && Untrue == 0 && Denied == 0 && Disturbed == 0;

    /// <summary>Whatever a driver throws has to be one of its two exceptions, and say why.</summary>
    public async Task WatchAsync(Func<Task> call)
    {
        try
        {
            LastWasFault = false;
            await call();
            Taken++;
        }
        catch (Exception refused) when (refused is InstrumentLinkException or InstrumentFaultException)
        {
            Refused++;
            (LastRefusal, LastWasFault) = (refused.Message, refused is InstrumentFaultException);
            if (refused.Message.Length < 10) WithoutReason++;
        }
        catch (TimeoutException)
        {
            Hangs++;
        }
        catch (Exception crash)
        {
            FirstCrash = $"{crash.GetType().Name}: {crash.Message}\n{crash.StackTrace}";
        }
    }
}
