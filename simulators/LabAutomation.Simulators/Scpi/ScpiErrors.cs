namespace LabAutomation.Simulators.Scpi;

/// <summary>
/// Error numbers and texts of SCPI-1999, volume 2, those above 800 of the Keithley 2400 Series (user's manual, table B-1), and the bit of the IEEE 488.2
/// event register that each class sets.
/// </summary>
internal static class ScpiErrors
{
    public const int QueueOverflow = -350;

    public static string Text(int code) => code switch
    {
        0 => "No error",
        -101 => "Invalid character",
        -104 => "Data type error",
        -108 => "Parameter not allowed",
        -109 => "Missing parameter",
        -113 => "Undefined header",
        -213 => "Init ignored",
        -221 => "Settings conflict",
        -222 => "Data out of range",
        -230 => "Data corrupt or stale",
        QueueOverflow => "Queue overflow",
        -363 => "Input buffer overrun",
        802 => "OUTPUT blocked by output enable",
        803 => "Not permitted with OUTPUT off",
        826 => "Attempt to exceed power limit",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "not an error of these instruments"),
    };

    public static int EventBit(int code) => code switch
    {
        > 0 => 16,
        > -200 => 32,
        > -300 => 16,
        _ => 8,
    };
}

/// <summary>A unit of a message could not be carried out.</summary>
internal sealed class ScpiException(int code) : Exception(ScpiErrors.Text(code))
{
    public int Code => code;
}
