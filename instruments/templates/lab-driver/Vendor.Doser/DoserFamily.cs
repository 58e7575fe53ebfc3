using LabAutomation.Conformance;
using Vendor.Doser.Simulator;

namespace Vendor.Doser;

/// <summary>What a lab has to know about this family of instruments.</summary>
public static class DoserFamily
{
    /// <summary>As <c>Family</c> in the lab's file.</summary>
    public const string Name = "vendor-doser";

    public static LabAutomation.Lab.InstrumentFamily Family { get; } = new(
        Name,
        (settings, connect, labClock, linkClock) => new DoserDriver(DoserOptions.From(settings), connect, labClock, linkClock),
        DoserDevice.SetUp,
        new ConformanceSample
        {
            Brief = SampleCommand.Of("dose", ("volume", "0.05 mL")),
            Long = SampleCommand.Of("dose", ("volume", "50 mL")),
            Each =
            [
                SampleCommand.Of("dose", ("volume", "0.05 mL")),
                SampleCommand.Of("set-rate", ("rate", "5 mL/min")),
                SampleCommand.Of("read-total"),
            ],
        });
}
