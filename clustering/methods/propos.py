"""ProPos."""

from clustering.augment import augmenter
from clustering.data import Data
from clustering.methods.prototypical import Prototypical
from clustering.optim import scheduler
from clustering.params.propos import ProPosParams
from clustering.params.steps import steps_an_epoch
from clustering.run import Run


class ProPos(Prototypical[ProPosParams]):
    """Align views with noise in between; scatter the prototypes of clusters that are found every epoch."""

    def cluster(self, data: Data, run: Run) -> None:
        p = self.params
        descent = self.descent()
        schedule = scheduler(descent, p.schedule, p.epochs, times=steps_an_epoch(data.n, p.batch_size))
        for epoch, labels in self.rounds(data, run, [descent, schedule]):
            for batch in epoch.batches(data, p.batch_size, augmenter(p.augment)):
                ways = self.both_ways(batch)
                loss = aligned = self.aligned(epoch, ways)
                epoch.record(alignment=aligned)
                if self.scatters(epoch):
                    scattered = self.scattered(ways, labels[batch.index])
                    epoch.record(scattering=scattered)
                    loss = loss + p.prototype_weight * scattered
                epoch.descend(loss, descent)
                schedule.step()
                self.follow(epoch)
