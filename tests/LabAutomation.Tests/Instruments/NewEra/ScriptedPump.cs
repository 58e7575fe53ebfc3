using LabAutomation.Instruments;

namespace LabAutomation.Tests.Instruments.NewEra;

/// <summary>Writes transcripts of a pump with address 0.</summary>
internal sealed record ScriptedPump(ScriptedDevice Device)
{
    public ScriptedPump Say(string command, string reply)
    {
        Device.Expect($"00{command}\r", $"\x02" + $"00{reply}\x03");
        return this;
    }

    public static IDriver Driver(ScriptedDevice device, TimeProvider clock, TimeProvider linkClock) =>
        DriverFamilies.BuiltIn.Create(Commands.Settings("new-era-ne1000", ("diameter", "26.59")), device.ConnectAsync, clock, linkClock);
}
