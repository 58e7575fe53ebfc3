using System.Globalization;
using System.Text;
using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Simulators;

/// <summary>A device that stands alone and counts: <c>+</c> counts on and answers, <c>?</c> answers, <c>t</c> counts on by itself a second later.</summary>
internal sealed class Counter : IWireDevice
{
    private readonly World<CounterState> world;
    private readonly string name;
    private Action<byte[]> send = _ => { };

    public Counter(World<CounterState> world, string name)
    {
        (this.world, this.name) = (world, name);
        world.Next = () => State.DueAt is { } due ? new Happening(due, () => (State.Count, State.DueAt) = (State.Count + 1, null)) : null;
    }

    private CounterState State => world.State;

    public static SimulatedDevice Create(DeviceSite site) =>
        new(place => place.Place<CounterState, Counter>(world => new Counter(world, place.Name), (_, _) => "on the table"), site);

    public void Open(Action<byte[]> output) => send = output;

    public void Close()
    {
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var letter in bytes)
        {
            if (letter == '+')
            {
                State.Count++;
                world.Record(name, "count", State.Count);
            }
            else if (letter == 't')
            {
                State.DueAt = world.Now.AddSeconds(1);
                world.Changed();
            }

            if (letter != 't') send(Encoding.ASCII.GetBytes(State.Count.ToString("'count'000", CultureInfo.InvariantCulture)));
        }
    }
}

internal sealed class CounterState : WorldState
{
    public int Count { get; set; }

    public DateTimeOffset? DueAt { get; set; }
}
